package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorConfigTest {
  private static final Path DEVELOPMENT = Path.of("conf/backlot.yaml");

  @TempDir Path directory;

  @Test
  void the_development_file_has_every_key() {
    SimulatorConfig config = load();

    assertThat(config.enabled()).isTrue();
    assertThat(config.port()).isEqualTo(8090);
    assertThat(config.rendering().mode()).isEqualTo(RenderMode.TIMED);
    assertThat(config.journal()).isEqualTo(directory.resolve("simulator.journal"));
  }

  @Test
  void a_section_that_only_says_no_will_do() {
    Section only = new Section("simulator", Map.of("enabled", false), true, name -> "");

    assertThat(SimulatorConfig.from(only).enabled()).isFalse();
  }

  @Test
  void faults_are_read_from_the_file() throws IOException {
    SimulatorConfig config = loadWith("{fault: late, delay: 1s, delay-max: 2m, probability: 0.1}");

    assertThat(config.faults())
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.fault()).isEqualTo(Kind.LATE);
              assertThat(fault.delayMax()).hasMinutes(2);
              assertThat(fault.probability()).isEqualTo(0.1);
            });
  }

  @Test
  void slots_differ_by_model() {
    SimulatorConfig config = load("simulator.slots-by-model.kling-v3=9");

    assertThat(config.account().slotsByModel()).containsExactly(Map.entry("kling-v3", 9));
  }

  @Test
  void images_have_slots_of_their_own() {
    assertThat(load("simulator.image-slots=4").account().imageSlots()).isEqualTo(4);
  }

  @Test
  void keys_are_not_printed() {
    SimulatorConfig config = load("simulator.secret-key=c4nary");

    assertThat(config.account().secretKey().value()).isEqualTo("c4nary");
    assertThat(config.toString()).doesNotContain("c4nary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time-factor=0 | time-factor: must be between 1 and 1000000, got 0",
        "render=never | render: must be one of timed, first-query, immediate, got never",
        "render-spread=3 | render-spread: must be between 0 and 2, got 3",
        "control-port=8090 | control-port: must differ from simulator.port",
        "slot=3 | slot: unknown key",
      })
  void an_error_names_key_value_and_range(String setting, String message) {
    assertThatThrownBy(() -> load("simulator." + setting))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("simulator." + message);
  }

  @Test
  void an_error_in_a_fault_names_its_place() {
    assertThatThrownBy(() -> loadWith("{fault: late, delay: 3m}"))
        .hasMessageStartingWith(
            "simulator.faults[0].delay: must be a duration between 0s and 120s");
  }

  /** The development file with one rule in its fault plan. */
  private SimulatorConfig loadWith(String rule) throws IOException {
    String text = Files.readString(DEVELOPMENT).replace("faults: []", "faults: [" + rule + "]");
    return load(Files.writeString(directory.resolve("backlot.yaml"), text));
  }

  private SimulatorConfig load(String... settings) {
    return load(DEVELOPMENT, settings);
  }

  private SimulatorConfig load(Path file, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("data-directory=" + directory);
    return AppConfig.load(new ConfigSource(Optional.of(file), all, Map.of())).simulator();
  }
}
