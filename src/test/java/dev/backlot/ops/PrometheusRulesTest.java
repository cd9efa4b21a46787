package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.node.CommitGate;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.FakeBillDays;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The alert rules for Prometheus: that they fire when they should, and on metrics that exist. */
class PrometheusRulesTest {
  private static final Path RULES = Path.of("k8s/prometheus-rules.yaml");
  private static final String UNIT_TESTS = "src/test/resources/prometheus/rules-test.yaml";

  @Test
  void the_rules_fire_when_they_should_and_only_then() throws Exception {
    promtool("test", "rules", UNIT_TESTS);
  }

  @Test
  void the_rules_are_well_formed() throws Exception {
    promtool("check", "rules", RULES.toString());
  }

  @Test
  void every_metric_of_ours_that_a_rule_reads_is_one_that_we_report() throws IOException {
    Set<String> read =
        Pattern.compile("backlot_\\w+")
            .matcher(Files.readString(RULES))
            .results()
            .map(match -> match.group())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(read).hasSizeGreaterThan(5).isSubsetOf(reported());
  }

  @Test
  void the_autoscaler_reads_a_metric_that_we_report() throws IOException {
    assertThat(
            Manifests.of(Manifests.BASE)
                .named(HorizontalPodAutoscaler.class, "backlot")
                .getSpec()
                .getMetrics())
        .singleElement()
        .satisfies(
            metric -> assertThat(reported()).contains(metric.getExternal().getMetric().getName()));
  }

  /** Names of our own meters, from the fakes that give each of them something to report. */
  private static Set<String> reported() {
    PrometheusMeterRegistry registry = Metrics.registry();
    new Sampler(registry, () -> 0)
        .jobs(new FakeJobs(Map.of()))
        .slots(new FakeSlots(List.of()))
        .credits(new FakeTotals(Map.of("spent", Credits.of("1"))))
        .bills(FakeBillDays.lookedAt(Instant.EPOCH), () -> Instant.EPOCH)
        .provider(FakeHealth.OPEN_AND_PARKED)
        .alerts(FakeOpenAlerts.oneFiring())
        .webhooks(new FakeWebhookQueue())
        .log(new FakeHead(1), () -> 1)
        .durability(() -> Future.succeededFuture(List.of()))
        .commits(new CommitGate(() -> 0))
        .cluster(() -> 2, () -> 5)
        .lease(new NodeLease(new NodeId(new UUID(0, 1)), Duration.ofSeconds(10), () -> 0))
        .catalog(CatalogFiles::load, Optional::empty)
        .runOnce();
    new MeteredEndings(new FakeEndings(1), registry, new Refill(registry, System::nanoTime))
        .finish(List.of(MeteredPortsTest.anEnding()), CancelPolicy.KEEP, Instant.EPOCH);
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith("backlot"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toSet());
  }

  private static void promtool(String... arguments) throws Exception {
    String tool = find();
    List<String> command = new ArrayList<>(List.of(tool));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  /** Must be there where the suite decides about a change; elsewhere the tests are skipped. */
  private static String find() {
    String found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, "promtool"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse("");
    boolean required = "true".equals(System.getenv("CI"));
    assertThat(required && found.isEmpty())
        .as("promtool is missing; install the prometheus package")
        .isFalse();
    Assumptions.assumeFalse(
        found.isEmpty(), "SKIPPED: promtool is not on the PATH; install the prometheus package");
    return found;
  }
}
