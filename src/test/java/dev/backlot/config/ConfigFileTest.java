package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ConfigFileTest {
  private static final String PLAIN =
      """
      profile: development
      data-directory: data
      http:
        port: 1
      """;

  @TempDir Path directory;

  @Test
  void the_file_alone_is_read_as_it_is_written() throws IOException {
    assertThat(port(PLAIN, Map.of())).isEqualTo(1);
  }

  @Test
  void the_environment_wins_over_the_file() throws IOException {
    assertThat(port(PLAIN, Map.of("BACKLOT_HTTP_PORT", "2"))).isEqualTo(2);
  }

  @Test
  void a_setting_wins_over_the_environment() throws IOException {
    assertThat(port(PLAIN, Map.of("BACKLOT_HTTP_PORT", "2"), "http.port=3")).isEqualTo(3);
  }

  @Test
  void the_last_of_two_settings_wins() throws IOException {
    assertThat(port(PLAIN, Map.of(), "http.port=3", "http.port=4")).isEqualTo(4);
  }

  @Test
  void an_unknown_variable_is_ignored_with_a_warning_that_names_the_nearest_one()
      throws IOException {
    Logger log = (Logger) LoggerFactory.getLogger(Overrides.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    log.addAppender(said);
    try {
      assertThat(port(PLAIN, Map.of("BACKLOT_HTTP_PROT", "s3cret"))).isEqualTo(1);
    } finally {
      log.detachAppender(said);
    }

    assertThat(said.list)
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.getLevel()).isEqualTo(Level.WARN);
              assertThat(warning.getKeyValuePairs())
                  .hasToString(
                      "[variable=\"BACKLOT_HTTP_PROT\","
                          + " nearest=\"BACKLOT_HTTP_PORT (http.port)\"]");
            });
  }

  @Test
  void a_variable_of_another_version_ends_no_node_of_this_one_in_production() throws IOException {
    assertThat(
            read(
                    PLAIN.replace("development", "production"),
                    Map.of("BACKLOT_OF_THE_NEXT_VERSION", "true", "BACKLOT_HTTP_PORT", "2"))
                .root()
                .section("http")
                .requireInt("port", 0, 9))
        .isEqualTo(2);
  }

  @Test
  void a_variable_may_set_a_key_that_only_the_packaged_file_has() throws IOException {
    Section root = read(PLAIN, Map.of("BACKLOT_RESULTS_STREAMS", "7")).root();

    assertThat(root.section("results").requireInt("streams", 1, 9)).isEqualTo(7);
  }

  @Test
  void a_variable_that_the_file_refers_to_is_no_override() throws IOException {
    String text = PLAIN + "security:\n  link-key: env:BACKLOT_LINK\n";

    Section root = read(text, Map.of("BACKLOT_LINK", "s3cret")).root();

    assertThat(root.section("security").requireSecret("link-key").value()).isEqualTo("s3cret");
  }

  @Test
  void the_service_links_of_kubernetes_are_not_ours() throws IOException {
    Map<String, String> links =
        Map.of(
            "BACKLOT_PORT", "tcp://10.0.0.1:8080",
            "BACKLOT_HTTP_PORT", "tcp://10.0.0.1:8080",
            "BACKLOT_SERVICE_HOST", "10.0.0.1",
            "BACKLOT_SERVICE_PORT_API", "8080",
            "BACKLOT_PORT_8080_TCP_ADDR", "10.0.0.1");

    assertThat(port(PLAIN, links)).isEqualTo(1);
  }

  @Test
  void an_element_of_a_list_is_set_by_its_index() throws IOException {
    String text = PLAIN + "provider:\n  accounts:\n    - base-url: a\n    - base-url: b\n";

    Section root =
        read(text, Map.of("BACKLOT_PROVIDER_ACCOUNTS_1_BASE_URL", "c"), "provider.accounts[0].x=d")
            .root();

    List<Section> accounts = root.section("provider").sections("accounts");
    assertThat(accounts.get(0).requireText("x")).isEqualTo("d");
    assertThat(accounts.get(1).requireText("base-url")).isEqualTo("c");
  }

  @Test
  void an_index_beyond_the_list_is_refused() {
    assertThatThrownBy(() -> read(PLAIN, Map.of(), "provider.accounts[3].x=d"))
        .hasMessage("provider.accounts[3].x: the list has 0 elements");
  }

  @Test
  void a_list_is_set_in_brackets() throws IOException {
    Section root = read(PLAIN, Map.of(), "results.allow-hosts=[a.example, b.example]").root();

    assertThat(root.section("results").texts("allow-hosts"))
        .containsExactly("a.example", "b.example");
  }

  @Test
  void a_setting_below_a_value_is_refused() {
    assertThatThrownBy(() -> read(PLAIN, Map.of(), "http.port.number=3"))
        .hasMessageStartingWith("http.port.number: there is no such key");
  }

  @Test
  void a_setting_without_a_value_is_refused() {
    assertThatThrownBy(() -> read(PLAIN, Map.of(), "http.port"))
        .hasMessage("--set: must be key=value such as http.port=8080");
  }

  @Test
  void the_profile_cannot_be_set_from_outside() {
    assertThatThrownBy(() -> read(PLAIN, Map.of("BACKLOT_PROFILE", "production")))
        .hasMessage("profile: can only be set in the file");
  }

  @Test
  void values_may_begin_with_the_data_directory() throws IOException {
    ConfigFile file = read(PLAIN + "x: ${data-directory}/pg\n", Map.of(), "data-directory=/srv/b");

    assertThat(file.root().requireText("x")).isEqualTo("/srv/b/pg");
  }

  @Test
  void another_placeholder_is_refused() {
    assertThatThrownBy(() -> read(PLAIN + "x: ${HOME}/pg\n", Map.of()))
        .hasMessageStartingWith("x: the only placeholder is ${data-directory}");
  }

  @Test
  void a_duplicate_key_is_refused_with_its_line() {
    assertThatThrownBy(() -> read(PLAIN + "http:\n  port: 2\n", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("backlot.yaml line 5: found duplicate key http");
  }

  @Test
  void broken_yaml_is_refused_without_quoting_it() {
    assertThatThrownBy(() -> read(PLAIN + "key: 'c4nary\n", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("c4nary");
  }

  @Test
  void a_type_of_its_own_is_refused() {
    assertThatThrownBy(() -> read(PLAIN + "x: !!java.net.URL [\"http://a\"]\n", Map.of()))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void words_that_yaml_would_change_stay_as_written() throws IOException {
    Section root = read(PLAIN + "a: yes\nb: 010\nc: 12:30\nd: 1.10\n", Map.of()).root();

    assertThat(List.of("a", "b", "c", "d"))
        .extracting(root::requireText)
        .containsExactly("yes", "010", "12:30", "1.10");
  }

  @Test
  void an_empty_section_holds_nothing() throws IOException {
    assertThat(read(PLAIN + "empty:\n", Map.of()).root().has("empty")).isFalse();
  }

  @Test
  void a_file_above_the_bound_is_refused() {
    assertThatThrownBy(() -> read(PLAIN + "# " + "x".repeat(YamlText.SIZE_MAX), Map.of()))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void a_missing_file_is_named() {
    ConfigSource source =
        new ConfigSource(Optional.of(directory.resolve("none.yaml")), List.of(), Map.of());

    assertThatThrownBy(() -> ConfigFile.read(source))
        .hasMessageContaining("none.yaml: cannot be read; --config names the file");
  }

  private int port(String text, Map<String, String> environment, String... settings)
      throws IOException {
    return read(text, environment, settings).root().section("http").requireInt("port", 0, 9);
  }

  private ConfigFile read(String text, Map<String, String> environment, String... settings)
      throws IOException {
    Path file = Files.writeString(directory.resolve("backlot.yaml"), text);
    return ConfigFile.read(new ConfigSource(Optional.of(file), List.of(settings), environment));
  }
}
