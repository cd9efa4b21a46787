package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of a roll: each set of pods keeps those that it was made with. */
class SettingsMapTest {
  private static final String HASHED = "backlot-settings-[a-z0-9]{10}";

  @TempDir Path copy;

  @ParameterizedTest
  @ValueSource(strings = {"dev", "staging", "prod"})
  void nodes_and_migration_read_the_settings_of_their_own_version(String stage) throws Exception {
    Manifests made = Manifests.ofKubectl(Manifests.OVERLAYS.resolve(stage));
    String name = settings(made).getMetadata().getName();

    assertThat(name).matches(HASHED);
    assertThat(namesOf(made.every(Deployment.class).get(0).getSpec().getTemplate()))
        .containsExactly(name);
    assertThat(namesOf(made.every(Job.class).get(0).getSpec().getTemplate())).containsExactly(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "staging", "prod"})
  void the_other_tests_read_what_kustomize_makes(String stage) throws Exception {
    Path overlay = Manifests.OVERLAYS.resolve(stage);

    assertThat(settings(Manifests.of(overlay)).getData())
        .isEqualTo(settings(Manifests.ofKubectl(overlay)).getData());
    assertThat(settings(Manifests.of(overlay)).getMetadata().getLabels())
        .isEqualTo(settings(Manifests.ofKubectl(overlay)).getMetadata().getLabels());
    assertThat(Manifests.of(overlay).all()).hasSameSizeAs(Manifests.ofKubectl(overlay).all());
  }

  @Test
  void a_changed_setting_is_another_map() throws Exception {
    copyTree(Manifests.TOP, copy);
    Path prod = copy.resolve("overlays/prod");
    String before = settings(Manifests.ofKubectl(prod)).getMetadata().getName();
    Files.writeString(
        prod.resolve("settings.env"), "BACKLOT_NODE_LEASE=20s\n", StandardOpenOption.APPEND);

    assertThat(settings(Manifests.ofKubectl(prod)).getMetadata().getName())
        .matches(HASHED)
        .isNotEqualTo(before);
  }

  /** Its pods would wait for a map that comes only with the nodes. */
  @Test
  void a_migration_by_itself_is_applied_with_its_settings() throws Exception {
    String page = Files.readString(Path.of("src/site/markdown/kubernetes.md"));
    ConfigMap settings = settings(Manifests.ofKubectl(Manifests.OVERLAYS.resolve("prod")));

    assertThat(settings.getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/name", "backlot-settings");
    assertThat(page).contains("-l 'app.kubernetes.io/name in (backlot-migrate, backlot-settings)'");
  }

  private static ConfigMap settings(Manifests made) {
    assertThat(made.every(ConfigMap.class)).hasSize(1);
    return made.every(ConfigMap.class).get(0);
  }

  private static Stream<String> namesOf(PodTemplateSpec pod) {
    return pod.getSpec().getContainers().get(0).getEnvFrom().stream()
        .map(from -> from.getConfigMapRef().getName());
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> copyFile(file, to.resolve(from.relativize(file))));
    }
  }

  private static void copyFile(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.copy(from, to);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
