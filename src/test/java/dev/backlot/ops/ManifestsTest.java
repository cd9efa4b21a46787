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
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Files;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Kubernetes base, checked against its types, against itself and against the configuration. */
class ManifestsTest {
  private static final Path PRODUCTION = Path.of("conf/backlot-prod.yaml");

  @ParameterizedTest
  @MethodSource("resources")
  void a_manifest_has_no_member_that_its_type_lacks(String file) throws IOException {
    assertThat(Manifests.read(file).getMetadata().getName()).startsWith("backlot");
  }

  @Test
  void a_misspelled_member_is_found() throws IOException {
    Map<String, Object> service = Manifests.yaml(Manifests.BASE.resolve("service.yaml"));
    service.put("spec", Map.of("selektor", Map.of()));

    assertThatThrownBy(() -> Manifests.read(service)).hasMessageContaining("selektor");
  }

  @Test
  void every_manifest_of_the_base_is_in_the_kustomization() throws IOException {
    try (Stream<Path> files = Files.list(Manifests.BASE)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      Manifests.resources().stream(),
                      Stream.of("kustomization.yaml", "prometheus-rules.yaml"))
                  .toList());
    }
  }

  @Test
  void the_selectors_find_the_pods() throws IOException {
    Deployment deployment = deployment();
    Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();

    assertThat(labels).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
    assertThat(labels).containsAllEntriesOf(service().getSpec().getSelector());
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
    assertThat(service().getSpec().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getTargetPort().getStrVal()).isEqualTo("http"));
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
    String timeout = String.valueOf(setting("management.check-timeout"));
    Duration check = Duration.parse("PT" + timeout.toUpperCase(Locale.ROOT));

    assertThat(container().getReadinessProbe().getTimeoutSeconds())
        .isGreaterThan((int) check.toSeconds());
  }

  @Test
  void each_secret_of_the_configuration_is_mounted_and_no_other() throws IOException {
    VolumeMount mount = mount("secrets");
    Set<String> mounted =
        volume("secrets").getSecret().getItems().stream()
            .map(item -> mount.getMountPath() + "/" + item.getPath())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(mount.getReadOnly()).isTrue();
    assertThat(mounted).isEqualTo(secretFiles(Manifests.yaml(PRODUCTION)));
  }

  @Test
  void no_secret_is_readable_by_everybody() throws IOException {
    assertThat(volume("secrets").getSecret().getDefaultMode()).isEqualTo(0440);
  }

  @Test
  void the_data_directory_can_be_written() throws IOException {
    assertThat(mount("data").getMountPath()).isEqualTo(setting("data-directory"));
  }

  @Test
  void each_setting_is_a_key_of_the_configuration() throws IOException {
    Set<String> known = new TreeSet<>();
    collect("BACKLOT", Manifests.yaml(PRODUCTION), known);
    Set<String> set =
        Manifests.only(ConfigMap.class).getData().keySet().stream()
            .filter(name -> name.startsWith("BACKLOT_"))
            .collect(Collectors.toSet());
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

  private static Stream<String> resources() throws IOException {
    return Manifests.resources().stream();
  }

  private static Deployment deployment() throws IOException {
    return Manifests.only(Deployment.class);
  }

  private static Service service() throws IOException {
    return Manifests.only(Service.class);
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
