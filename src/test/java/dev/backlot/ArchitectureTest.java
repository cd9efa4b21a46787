package dev.backlot;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the packages. A reader who knows this file knows who may use whom: a package
 * that is not in {@link #MAY_USE} has no place yet, and fails.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.backlot";

  /** What a feature may use. Features meet on the bus and in the database, never each other. */
  private static final Set<String> FEATURE =
      Set.of("bus", "groupcommit", "http", "config", "port", "domain");

  private static final Set<String> ADAPTER = Set.of("bus", "http", "config", "port", "domain");

  /** Package to the packages of ours that it may use besides itself. */
  private static final Map<String, Set<String>> MAY_USE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("domain", Set.of()),
              Map.entry("port", Set.of("domain")),
              Map.entry("bus", Set.of("domain")),
              Map.entry("groupcommit", Set.of()),
              Map.entry("config", Set.of("domain")),
              Map.entry("http", Set.of("config", "port", "domain")),
              // features
              Map.entry("intake", FEATURE),
              Map.entry("batch", FEATURE),
              Map.entry("forecast", FEATURE),
              Map.entry("dispatch", FEATURE),
              Map.entry("poll", FEATURE),
              Map.entry("ledger", FEATURE),
              Map.entry("alerting", FEATURE),
              Map.entry("stream", FEATURE),
              Map.entry("results", FEATURE),
              Map.entry("membership", FEATURE),
              Map.entry("retention", FEATURE),
              Map.entry("catalog", FEATURE),
              Map.entry("call", FEATURE),
              Map.entry("callback", FEATURE),
              Map.entry("sweep", FEATURE),
              Map.entry("fallback", FEATURE),
              Map.entry("webhook", FEATURE),
              Map.entry("facade", FEATURE),
              // adapters
              Map.entry("store", ADAPTER),
              Map.entry("cluster", ADAPTER),
              Map.entry("provider", ADAPTER),
              Map.entry("notify", ADAPTER),
              Map.entry("ops", ADAPTER),
              Map.entry("database", ADAPTER),
              Map.entry("cli", ADAPTER),
              // What judges our work shares nothing with it but the reader of its settings.
              Map.entry("simulator", Set.of("config")),
              // It plays on the simulator and the embedded server, and sees the service from
              // outside.
              Map.entry("drill", Set.of("config", "database", "simulator"))));

  /** Packages that have landed: proves that the import below found them, so no rule is empty. */
  private static final List<String> LANDED =
      List.of(
          "alerting",
          "batch",
          "bus",
          "call",
          "callback",
          "catalog",
          "cli",
          "cluster",
          "config",
          "database",
          "dispatch",
          "drill",
          "facade",
          "fallback",
          "domain",
          "domain.access",
          "domain.alert",
          "domain.batch",
          "domain.call",
          "domain.catalog",
          "domain.credit",
          "domain.job",
          "domain.node",
          "domain.schedule",
          "domain.webhook",
          "forecast",
          "groupcommit",
          "http",
          "intake",
          "ledger",
          "membership",
          "notify",
          "ops",
          "poll",
          "port",
          "provider",
          "results",
          "retention",
          "simulator",
          "store",
          "stream",
          "stream.application",
          "stream.bridge",
          "sweep",
          "webhook");

  /** From where the service itself is, whatever the build calls that place: no tests. */
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  @ParameterizedTest
  @MethodSource("landed")
  void the_import_found_the_package(String name) {
    assertThat(OURS.stream().filter(type -> type.getPackageName().equals(ROOT + "." + name)))
        .isNotEmpty();
  }

  @Test
  void every_package_has_a_place() {
    assertThat(topPackages()).isSubsetOf(MAY_USE.keySet());
  }

  @ParameterizedTest
  @MethodSource("topPackages")
  void a_package_uses_only_what_its_place_allows(String name) {
    Set<String> forbidden = new TreeSet<>(MAY_USE.keySet());
    forbidden.removeAll(MAY_USE.getOrDefault(name, Set.of()));
    forbidden.remove(name);

    noClasses()
        .that()
        .resideInAPackage(inside(name))
        .should()
        .dependOnClassesThat(
            resideInAny(forbidden)
                .or(describe("are in the root package", ArchitectureTest::isRoot)))
        .allowEmptyShould(true)
        .check(OURS);
  }

  /** What all ways out share is in {@code stream}; what only one of them needs is not. */
  @Test
  void the_stream_knows_neither_its_bridges_nor_other_applications() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".stream")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(inside("stream.bridge"), inside("stream.application"))
        .check(OURS);
  }

  @Test
  void bridges_and_other_applications_do_not_know_each_other() {
    noClasses()
        .that()
        .resideInAPackage(inside("stream.bridge"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(inside("stream.application"))
        .check(OURS);
    noClasses()
        .that()
        .resideInAPackage(inside("stream.application"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(inside("stream.bridge"))
        .check(OURS);
  }

  @Test
  void domain_is_plain_java() {
    classes()
        .that()
        .resideInAPackage(inside("domain"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", inside("domain"))
        .check(OURS);
  }

  @Test
  void a_port_knows_nothing_of_vertx_but_the_future() {
    classes()
        .that()
        .resideInAPackage(inside("port"))
        .should()
        .onlyDependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage(
                    "java..", "org.jspecify..", inside("domain"), inside("port"))
                .or(JavaClass.Predicates.equivalentTo(Future.class)))
        .check(OURS);
  }

  @Test
  void only_the_store_the_embedded_server_and_the_auditor_speak_sql() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, inside("store"), inside("database"), inside("drill"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..")
        .check(OURS);
  }

  @Test
  void a_verticle_is_called_one() {
    classes()
        .that()
        .areAssignableTo(Deployable.class)
        .should()
        .haveSimpleNameEndingWith("Verticle")
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void what_is_called_a_verticle_is_one() {
    classes()
        .that()
        .haveSimpleNameEndingWith("Verticle")
        .should()
        .beAssignableTo(Deployable.class)
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void no_package_is_a_drawer() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..misc..")
        .check(OURS);
  }

  @Test
  void one_logger_only() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "io.vertx.core.internal.logging..")
        .check(OURS);
  }

  @Test
  void only_the_command_line_writes_to_the_terminal() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, inside("cli"))
        .should()
        .accessTargetWhere(reads(System.class, "out", "err"))
        .check(OURS);
  }

  /** Everything else is given an {@code InstantSource}, so that a test owns the time. */
  @Test
  void only_the_edges_read_the_clock() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, inside("cli"), inside("simulator"))
        .should()
        .accessTargetWhere(
            reads(java.time.Instant.class, "now")
                .or(reads(System.class, "currentTimeMillis"))
                .or(reads(java.time.Clock.class, "system", "systemUTC", "systemDefaultZone"))
                .or(reads(java.time.InstantSource.class, "system")))
        .check(OURS);
  }

  @Test
  void each_package_says_what_it_is_for_and_marks_its_nulls() {
    List<String> without =
        OURS.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(
                found ->
                    found
                        .tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                        .isEmpty())
            .map(found -> found.getName())
            .toList();

    assertThat(without).isEmpty();
  }

  private static Stream<String> landed() {
    return LANDED.stream();
  }

  /** First segments below the root, as found. */
  private static Set<String> topPackages() {
    return OURS.stream()
        .filter(type -> !isRoot(type))
        .map(type -> type.getPackageName().substring(ROOT.length() + 1).split("\\.")[0])
        .collect(toCollection(TreeSet::new));
  }

  private static boolean isRoot(JavaClass type) {
    return type.getPackageName().equals(ROOT);
  }

  private static DescribedPredicate<JavaClass> resideInAny(Collection<String> names) {
    return JavaClass.Predicates.resideInAnyPackage(
        names.stream().map(ArchitectureTest::inside).toArray(String[]::new));
  }

  private static String inside(String name) {
    return ROOT + "." + name + "..";
  }

  private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaAccess<?>> reads(
      Class<?> owner, String... members) {
    Set<String> names = Set.of(members);
    return describe(
        owner.getSimpleName() + "." + String.join("|", members),
        access -> {
          AccessTarget target = access.getTarget();
          return target.getOwner().isEquivalentTo(owner) && names.contains(target.getName());
        });
  }
}
