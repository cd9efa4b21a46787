package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.Main;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The definition of the image, read line by line and held against the manifests. */
class ContainerfileTest {
  private static final Path FILE = Path.of("k8s/image/Containerfile");
  private static final Set<String> KNOWN =
      Set.of("ARG", "FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "ENTRYPOINT", "CMD");

  private record Instruction(String name, String rest) {}

  @Test
  void it_has_only_instructions_that_this_test_knows() throws IOException {
    assertThat(instructions()).extracting(Instruction::name).isSubsetOf(KNOWN);
  }

  @Test
  void both_bases_can_be_replaced_and_none_names_a_registry() throws IOException {
    assertThat(of("FROM", instructions()))
        .containsExactly("${BUILD_IMAGE} AS build", "${RUNTIME_IMAGE}");
    assertThat(of("ARG", instructions()))
        .hasSize(2)
        .allSatisfy(argument -> assertThat(argument.split("=", 2)[1]).doesNotContain("/"));
  }

  @Test
  void what_it_runs_as_is_what_the_pod_runs_as() throws IOException {
    var rights = pod().getSecurityContext();

    assertThat(of("USER", lastStage()))
        .containsExactly(rights.getRunAsUser() + ":" + rights.getRunAsGroup());
  }

  @Test
  void it_exposes_the_ports_of_the_pod() throws IOException {
    assertThat(of("EXPOSE", lastStage()))
        .singleElement()
        .isEqualTo(
            container().getPorts().stream()
                .map(ContainerPort::getContainerPort)
                .map(String::valueOf)
                .collect(Collectors.joining(" ")));
  }

  @Test
  void what_changes_seldom_comes_first() throws IOException {
    assertThat(of("COPY", lastStage()))
        .containsExactly(
            "--from=build /build/lib /opt/backlot/lib",
            "--from=build /build/target/classes-only.jar /opt/backlot/backlot.jar",
            "conf/backlot-prod.yaml /opt/backlot/conf/backlot-prod.yaml");
  }

  @Test
  void it_starts_our_main_class_from_what_was_copied() throws IOException {
    assertThat(of("ENTRYPOINT", lastStage()))
        .singleElement()
        .asString()
        .contains("\"/opt/backlot/backlot.jar:/opt/backlot/lib/*\"")
        .endsWith("\"" + Main.class.getName() + "\"]");
  }

  @Test
  void a_pod_keeps_the_start_of_the_image_and_names_a_configuration_that_is_in_it()
      throws IOException {
    assertThat(container().getCommand()).isEmpty();
    assertThat(container().getArgs())
        .containsExactly("serve", "--config", "/opt/backlot/conf/backlot-prod.yaml");
  }

  @Test
  void what_it_copies_from_the_repository_is_there_and_not_kept_back() throws IOException {
    List<String> let =
        Files.readAllLines(Path.of(".dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();

    assertThat(of("COPY", instructions()))
        .filteredOn(copy -> !copy.startsWith("--from"))
        .extracting(copy -> copy.split(" ")[0])
        .allSatisfy(source -> assertThat(Path.of(source)).exists())
        .allSatisfy(source -> assertThat(let).anyMatch(each -> Path.of(source).startsWith(each)));
  }

  /** Lines that end with a backslash go on; comments and empty ones are left out. */
  private static List<Instruction> instructions() throws IOException {
    String text = Files.readString(FILE).replaceAll("\\\\\n\\s*", "");
    return text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" ", 2))
        .map(parts -> new Instruction(parts[0], parts[1]))
        .toList();
  }

  private static List<Instruction> lastStage() throws IOException {
    List<Instruction> stage = new ArrayList<>();
    for (Instruction instruction : instructions()) {
      if (instruction.name().equals("FROM")) {
        stage.clear();
      }
      stage.add(instruction);
    }
    return stage;
  }

  private static List<String> of(String name, List<Instruction> instructions) {
    return instructions.stream()
        .filter(instruction -> instruction.name().equals(name))
        .map(Instruction::rest)
        .toList();
  }

  private static PodSpec pod() throws IOException {
    return Manifests.of(Manifests.BASE)
        .named(Deployment.class, "backlot")
        .getSpec()
        .getTemplate()
        .getSpec();
  }

  private static Container container() throws IOException {
    return pod().getContainers().get(0);
  }
}
