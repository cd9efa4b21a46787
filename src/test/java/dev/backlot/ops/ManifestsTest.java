package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Kubernetes base, checked against its types, against itself and against the configuration. */
class ManifestsTest {
  /** For the end of the process after its last part has stopped, on a busy machine. */
  private static final Duration EXIT = Duration.ofSeconds(10);

  private static final Path PRODUCTION = Path.of("conf/backlot-prod.yaml");
  private static final String OWNER_PASSWORD = "/run/secrets/backlot/database-owner.key";

  @Test
  void a_misspelled_member_is_found() throws IOException {
    Map<String, Object> service = Manifests.yaml(Manifests.BASE.resolve("service.yaml"));
    service.put("spec", Map.of("selektor", Map.of()));

    assertThatThrownBy(() -> Manifests.read(service)).hasMessageContaining("selektor");
  }

  @Test
  void the_selectors_find_the_pods() throws IOException {
    Deployment deployment = deployment();
    Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();

    assertThat(labels).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
    assertThat(labels).containsAllEntriesOf(service("backlot").getSpec().getSelector());
    assertThat(labels).containsAllEntriesOf(service("backlot-nodes").getSpec().getSelector());
    assertThat(labels)
        .containsAllEntriesOf(
            base()
                .named(PodDisruptionBudget.class, "backlot")
                .getSpec()
                .getSelector()
                .getMatchLabels());
    assertThat(pod().getTopologySpreadConstraints())
        .hasSize(2)
        .allSatisfy(
            spread ->
                assertThat(labels)
                    .containsAllEntriesOf(spread.getLabelSelector().getMatchLabels()));
  }

  @Test
  void the_ports_are_those_of_the_configuration() throws IOException {
    assertThat(container().getPorts())
        .extracting(ContainerPort::getName, ContainerPort::getContainerPort)
        .containsExactlyInAnyOrder(
            tuple("http", setting("http.port")),
            tuple("management", setting("management.port")),
            tuple("cluster", setting("cluster.port")),
            tuple("cluster-events", setting("cluster.event-port")));
  }

  @Test
  void the_service_leads_to_the_api() throws IOException {
    assertThat(service("backlot").getSpec().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getTargetPort().getStrVal()).isEqualTo("http"));
  }

  @Test
  void the_name_of_the_nodes_leads_to_each_of_them_before_it_is_ready() throws IOException {
    Service nodes = service("backlot-nodes");

    assertThat(nodes.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(nodes.getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(nodes.getSpec().getPorts())
        .extracting(port -> port.getTargetPort().getStrVal(), ServicePort::getPort)
        .containsExactlyInAnyOrder(
            tuple("management", setting("management.port")),
            tuple("cluster", setting("cluster.port")),
            tuple("cluster-events", setting("cluster.event-port")));
    assertThat(base().named(ConfigMap.class, "backlot-settings").getData())
        .containsEntry("BACKLOT_CLUSTER_DISCOVERY", "dns")
        .containsEntry("BACKLOT_CLUSTER_DNS_QUERY", nodes.getMetadata().getName());
  }

  @Test
  void each_probe_asks_a_route_of_the_management_port() throws IOException {
    Container container = container();

    assertThat(
            Stream.of(
                    container.getStartupProbe(),
                    container.getLivenessProbe(),
                    container.getReadinessProbe())
                .map(Probe::getHttpGet)
                .toList())
        .allSatisfy(get -> assertThat(get.getPort().getStrVal()).isEqualTo("management"))
        .extracting(get -> get.getPath())
        .containsExactly("/health/started", "/health/live", "/health/ready")
        .allSatisfy(path -> assertThat(managementPaths()).contains(path));
  }

  @Test
  void prometheus_is_told_where_to_scrape() throws IOException {
    Map<String, String> notes = deployment().getSpec().getTemplate().getMetadata().getAnnotations();

    assertThat(notes)
        .containsEntry("prometheus.io/port", String.valueOf(setting("management.port")))
        .containsEntry("prometheus.io/path", "/metrics");
    assertThat(managementPaths()).contains("/metrics");
  }

  @Test
  void a_readiness_probe_waits_longer_than_a_check() throws IOException {
    assertThat(container().getReadinessProbe().getTimeoutSeconds())
        .isGreaterThan((int) duration("management.check-timeout").toSeconds());
  }

  @Test
  void each_secret_of_the_configuration_is_mounted_and_no_other() throws IOException {
    VolumeMount mount = mount("secrets");
    Set<String> mounted =
        volume("secrets").getSecret().getItems().stream()
            .map(item -> mount.getMountPath() + "/" + item.getPath())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> wanted = secretFiles(Manifests.yaml(PRODUCTION));
    wanted.remove(OWNER_PASSWORD);

    assertThat(mount.getReadOnly()).isTrue();
    assertThat(mounted).isEqualTo(wanted);
  }

  @Test
  void only_the_migration_has_the_password_of_the_owner() throws IOException {
    ConfigMap settings = base().named(ConfigMap.class, "backlot-settings");
    Job migration = base().named(Job.class, "backlot-migrate");

    assertThat(settings.getData()).containsEntry("BACKLOT_DATABASE_MIGRATE", "false");
    assertThat(deployment().toString()).doesNotContain("database-owner.key");
    assertThat(migration.toString()).contains("database-owner.key");
    assertThat(migration.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv())
        .anySatisfy(
            variable -> {
              assertThat(variable.getName()).isEqualTo("BACKLOT_DATABASE_MIGRATE");
              assertThat(variable.getValue()).isEqualTo("true");
            });
  }

  @Test
  void no_secret_is_readable_by_everybody() throws IOException {
    assertThat(volume("secrets").getSecret().getDefaultMode()).isEqualTo(0440);
  }

  @Test
  void a_pod_may_take_longer_to_end_than_all_that_it_drains() throws IOException {
    long sleep = container().getLifecycle().getPreStop().getSleep().getSeconds();
    // ClosersTest shows that every part of a stop is within this one.
    Duration stop = duration("node.stop-timeout");

    assertThat(Duration.ofSeconds(pod().getTerminationGracePeriodSeconds()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(sleep).plus(stop).plus(EXIT));
  }

  @Test
  void when_nothing_hangs_every_part_may_drain_for_as_long_as_it_is_allowed() throws IOException {
    // The lease, the pools, the loops and the cluster, whose time nobody else gets.
    Duration kept = Duration.ofSeconds(4 * 6);

    // The API comes early, when little of the time is gone; after it half of the rest is left.
    assertThat(duration("node.stop-timeout").minus(kept).dividedBy(2))
        .isGreaterThanOrEqualTo(duration("http.drain-timeout"))
        .isGreaterThanOrEqualTo(duration("intake.drain-timeout"));
    // Live streams are told while the API drains.
    assertThat(duration("stream.drain-timeout"))
        .isLessThanOrEqualTo(duration("http.drain-timeout"));
  }

  @Test
  void no_setting_of_the_manifests_changes_what_the_grace_was_reckoned_from() throws IOException {
    assertThat(base().named(ConfigMap.class, "backlot-settings").getData())
        .doesNotContainKeys(
            "BACKLOT_NODE_STOP_TIMEOUT",
            "BACKLOT_HTTP_DRAIN_TIMEOUT",
            "BACKLOT_INTAKE_DRAIN_TIMEOUT");
  }

  @Test
  void a_roll_never_has_fewer_nodes_than_before() throws IOException {
    var roll = deployment().getSpec().getStrategy().getRollingUpdate();

    assertThat(roll.getMaxUnavailable().getIntVal()).isZero();
    assertThat(roll.getMaxSurge().getIntVal()).isPositive();
  }

  @Test
  void each_setting_is_a_key_of_the_configuration() throws IOException {
    Set<String> known = new TreeSet<>();
    collect("BACKLOT", Manifests.yaml(PRODUCTION), known);
    Set<String> set =
        base().named(ConfigMap.class, "backlot-settings").getData().keySet().stream()
            .filter(name -> name.startsWith("BACKLOT_"))
            .collect(Collectors.toCollection(TreeSet::new));
    container().getEnv().forEach(variable -> set.add(variable.getName()));

    assertThat(known).containsAll(set);
  }

  @Test
  void kubernetes_adds_no_variables_of_its_own() throws IOException {
    assertThat(pod().getEnableServiceLinks()).isFalse();
  }

  @Test
  void the_container_may_do_nothing_it_does_not_need() throws IOException {
    var rights = container().getSecurityContext();

    assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod().getSecurityContext().getRunAsUser()).isPositive();
    assertThat(rights.getReadOnlyRootFilesystem()).isTrue();
    assertThat(rights.getAllowPrivilegeEscalation()).isFalse();
    assertThat(rights.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(pod().getAutomountServiceAccountToken()).isFalse();
  }

  private static Manifests base() throws IOException {
    return Manifests.of(Manifests.BASE);
  }

  private static Deployment deployment() throws IOException {
    return base().named(Deployment.class, "backlot");
  }

  private static Service service(String name) throws IOException {
    return base().named(Service.class, name);
  }

  private static PodSpec pod() throws IOException {
    return deployment().getSpec().getTemplate().getSpec();
  }

  private static Container container() throws IOException {
    List<Container> containers = pod().getContainers();
    assertThat(containers).hasSize(1);
    return containers.get(0);
  }

  private static Volume volume(String name) throws IOException {
    return pod().getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static VolumeMount mount(String name) throws IOException {
    return container().getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Duration duration(String key) throws IOException {
    return Duration.parse("PT" + String.valueOf(setting(key)).toUpperCase(Locale.ROOT));
  }

  private static Object setting(String key) throws IOException {
    Object node = Manifests.yaml(PRODUCTION);
    for (String part : key.split("\\.")) {
      node = Objects.requireNonNull(node instanceof Map<?, ?> map ? map.get(part) : null, key);
    }
    return node;
  }

  private static Set<String> secretFiles(Object node) {
    Set<String> files = new TreeSet<>();
    if (node instanceof Map<?, ?> map) {
      map.values().forEach(value -> files.addAll(secretFiles(value)));
    }
    if (node instanceof List<?> list) {
      list.forEach(value -> files.addAll(secretFiles(value)));
    }
    if (node instanceof String text && text.startsWith("file:")) {
      files.add(text.substring("file:".length()));
    }
    return files;
  }

  private static void collect(String prefix, Map<?, ?> tree, Set<String> known) {
    tree.forEach(
        (name, value) -> {
          String key = prefix + "_" + String.valueOf(name).toUpperCase(Locale.ROOT);
          String variable = key.replace('-', '_');
          if (value instanceof Map<?, ?> map) {
            collect(variable, map, known);
          } else {
            known.add(variable);
          }
        });
  }

  /** What the management port really answers. */
  private static Set<String> managementPaths() {
    Vertx vertx = Vertx.vertx();
    try {
      Router router = Router.router(vertx);
      Readiness readiness = new Readiness(List.of(), Duration.ofSeconds(1), () -> Instant.EPOCH);
      new HealthRoutes(new Lifecycle(), readiness).mount(router);
      new MetricsRoutes(vertx, Metrics.registry()).mount(router);
      return router.getRoutes().stream().map(Route::getPath).collect(Collectors.toSet());
    } finally {
      Future<Void> closed = vertx.close();
      assertThat(closed.toCompletionStage().toCompletableFuture())
          .succeedsWithin(10, TimeUnit.SECONDS);
    }
  }
}
