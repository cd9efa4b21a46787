package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each overlay makes of the base, as a whole and strictly read. */
class OverlaysTest {
  private static final String SECRETS = "backlot-secrets";
  private static final String OWNER_PASSWORD = "database-owner.key";

  @Test
  void there_is_an_overlay_for_each_stage() throws IOException {
    assertThat(overlays().map(overlay -> overlay.getFileName().toString()))
        .containsExactlyInAnyOrder("dev", "staging", "prod");
  }

  /** {@link Manifests} refuses what a type lacks, {@link Kustomization} what it does not know. */
  @ParameterizedTest
  @MethodSource("overlays")
  void it_builds_into_one_namespace_of_its_own(Path overlay) throws IOException {
    assertThat(Manifests.of(overlay).all())
        .hasSizeGreaterThanOrEqualTo(10)
        .allSatisfy(each -> assertThat(each.getMetadata().getName()).startsWith("backlot"))
        .extracting(each -> each.getMetadata().getNamespace())
        .doesNotContainNull()
        .containsOnly(Manifests.of(overlay).all().get(0).getMetadata().getNamespace());
  }

  @ParameterizedTest
  @MethodSource("kustomizations")
  void no_file_of_it_is_forgotten(Path directory) throws IOException {
    String kustomization = Files.readString(directory.resolve("kustomization.yaml"));
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> !name.equals("kustomization.yaml"))
          .allSatisfy(name -> assertThat(kustomization).contains(name));
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void what_a_pod_refers_to_is_made_here_or_documented(Path overlay) throws IOException {
    Manifests made = Manifests.of(overlay);
    String page = Files.readString(Path.of("src/site/markdown/kubernetes.md"));

    for (PodTemplateSpec pod : pods(made)) {
      made.named(ServiceAccount.class, pod.getSpec().getServiceAccountName());
      container(pod)
          .getEnvFrom()
          .forEach(from -> made.named(ConfigMap.class, from.getConfigMapRef().getName()));
      assertThat(secretKeys(pod)).allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
    }
    assertThat(page).contains(SECRETS);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void every_mount_has_its_volume_and_every_volume_its_mount(Path overlay) throws IOException {
    assertThat(pods(Manifests.of(overlay)))
        .allSatisfy(
            pod ->
                assertThat(container(pod).getVolumeMounts().stream().map(VolumeMount::getName))
                    .containsExactlyInAnyOrderElementsOf(
                        pod.getSpec().getVolumes().stream().map(Volume::getName).toList()));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void no_pod_has_rights_that_it_does_not_need(Path overlay) throws IOException {
    assertThat(pods(Manifests.of(overlay)))
        .hasSize(2)
        .allSatisfy(
            pod -> {
              var rights = container(pod).getSecurityContext();
              assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
                  .isEqualTo("RuntimeDefault");
              assertThat(rights.getReadOnlyRootFilesystem()).isTrue();
              assertThat(rights.getAllowPrivilegeEscalation()).isFalse();
              assertThat(rights.getCapabilities().getDrop()).containsExactly("ALL");
              assertThat(container(pod).getResources().getRequests()).containsKeys("cpu", "memory");
              assertThat(container(pod).getResources().getLimits()).containsKey("memory");
            });
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void a_migration_has_the_image_and_the_secrets_of_a_node_and_none_of_its_traffic(Path overlay)
      throws IOException {
    Manifests made = Manifests.of(overlay);
    PodTemplateSpec node = made.named(Deployment.class, "backlot").getSpec().getTemplate();
    PodTemplateSpec migration = made.named(Job.class, "backlot-migrate").getSpec().getTemplate();

    assertThat(container(migration).getImage()).isEqualTo(container(node).getImage());
    assertThat(secretKeys(migration)).containsAll(secretKeys(node)).contains(OWNER_PASSWORD);
    assertThat(secretKeys(node)).doesNotContain(OWNER_PASSWORD);
    assertThat(made.every(Service.class))
        .extracting(service -> service.getSpec().getSelector())
        .doesNotContain(Map.of())
        .noneSatisfy(
            selector ->
                assertThat(migration.getMetadata().getLabels()).containsAllEntriesOf(selector));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void the_autoscaler_alone_decides_how_many(Path overlay) throws IOException {
    Manifests made = Manifests.of(overlay);
    var scaled = made.named(HorizontalPodAutoscaler.class, "backlot").getSpec();

    assertThat(made.named(Deployment.class, scaled.getScaleTargetRef().getName()).getSpec())
        .satisfies(deployment -> assertThat(deployment.getReplicas()).isNull());
    assertThat(scaled.getMaxReplicas()).isGreaterThan(scaled.getMinReplicas());
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "prod"})
  void a_node_is_left_while_one_is_moved(String stage) throws IOException {
    Manifests made = Manifests.of(Manifests.OVERLAYS.resolve(stage));
    int least = made.named(HorizontalPodAutoscaler.class, "backlot").getSpec().getMinReplicas();
    int moved =
        made.named(PodDisruptionBudget.class, "backlot").getSpec().getMaxUnavailable().getIntVal();

    assertThat(moved).isPositive();
    assertThat(least - moved).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "prod"})
  void each_node_is_scraped_once(String stage) throws IOException {
    Manifests made = Manifests.of(Manifests.OVERLAYS.resolve(stage));
    var monitor = made.named(ServiceMonitor.class, "backlot").getSpec();
    List<Service> services =
        made.every(Service.class).stream()
            .filter(
                service ->
                    service
                        .getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(monitor.getSelector().getMatchLabels().entrySet()))
            .toList();

    assertThat(services).hasSize(1);
    assertThat(services.get(0).getSpec().getPorts().stream().map(ServicePort::getName))
        .contains(monitor.getEndpoints().get(0).getPort());
    assertThat(
            made.named(Deployment.class, "backlot")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations())
        .containsEntry("prometheus.io/scrape", "false");
  }

  @Test
  void a_patch_reaches_what_it_names_and_leaves_the_rest() throws IOException {
    Manifests prod = Manifests.of(Manifests.OVERLAYS.resolve("prod"));
    Container node = container(prod.named(Deployment.class, "backlot").getSpec().getTemplate());

    assertThat(node.getResources().getLimits().get("memory")).hasToString("2Gi");
    assertThat(node.getArgs()).startsWith("serve");
    assertThat(prod.named(ConfigMap.class, "backlot-settings").getData())
        .containsEntry("BACKLOT_DATABASE_FAILOVER", "managed");
  }

  @Test
  void nothing_secret_is_made_here() throws IOException {
    for (Path overlay : overlays().toList()) {
      assertThat(Manifests.of(overlay).all())
          .extracting(HasMetadata::getKind)
          .doesNotContain("Secret");
    }
  }

  private static Stream<Path> overlays() throws IOException {
    try (Stream<Path> directories = Files.list(Manifests.OVERLAYS)) {
      return directories.sorted().toList().stream();
    }
  }

  private static Stream<Path> kustomizations() throws IOException {
    return Stream.concat(
        overlays(), Stream.of(Manifests.BASE, Manifests.TOP.resolve("monitoring")));
  }

  private static List<PodTemplateSpec> pods(Manifests made) {
    return Stream.concat(
            made.every(Deployment.class).stream().map(each -> each.getSpec().getTemplate()),
            made.every(Job.class).stream().map(each -> each.getSpec().getTemplate()))
        .toList();
  }

  private static Container container(PodTemplateSpec pod) {
    assertThat(pod.getSpec().getContainers()).hasSize(1);
    return pod.getSpec().getContainers().get(0);
  }

  private static Set<String> secretKeys(PodTemplateSpec pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getSecret() != null)
        .peek(volume -> assertThat(volume.getSecret().getSecretName()).isEqualTo(SECRETS))
        .flatMap(volume -> volume.getSecret().getItems().stream())
        .map(item -> item.getKey())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
