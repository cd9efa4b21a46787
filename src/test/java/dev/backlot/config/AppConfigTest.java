package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.store.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppConfigTest {
  private static final Path DEVELOPMENT = Path.of("conf/backlot.yaml");
  private static final Path PRODUCTION = Path.of("conf/backlot-prod.yaml");
  private static final String CANARY = "c4nary-".repeat(9);
  private static final Path CERTIFICATE = Path.of("src/test/resources/tls/ca.pem");

  @TempDir Path directory;

  @Test
  void the_development_file_loads_with_nothing_there() {
    assertThat(development().profile()).isEqualTo(Profile.DEVELOPMENT);
  }

  @Test
  void the_packaged_copy_is_the_development_file() throws IOException {
    try (var packaged = AppConfig.class.getResourceAsStream("/conf/backlot.yaml")) {
      assertThat(packaged).hasBinaryContent(Files.readAllBytes(DEVELOPMENT));
    }
  }

  @Test
  void the_production_file_loads_with_its_secrets_in_place() throws Exception {
    assertThat(AppConfig.load(production()).profile()).isEqualTo(Profile.PRODUCTION);
  }

  @Test
  void a_missing_secret_is_an_error_in_production() {
    ConfigSource source = new ConfigSource(Optional.of(PRODUCTION), List.of(), Map.of());

    assertThatThrownBy(() -> AppConfig.load(source))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cannot read the file");
  }

  @Test
  void a_missing_secret_is_never_made_in_production() {
    assertThatThrownBy(
            () -> load(PRODUCTION, "data-directory=" + directory, linkKey("${data-directory}/l")))
        .isInstanceOf(ConfigException.class);

    assertThat(directory.resolve("l")).doesNotExist();
  }

  @Test
  void a_missing_secret_is_made_for_its_owner_only() throws IOException {
    development();

    Path key = directory.resolve("data/link.key");
    assertThat(Files.readString(key)).matches("[0-9a-f]{64}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
  }

  @Test
  void a_secret_that_was_made_is_kept() {
    assertThat(development().security()).isEqualTo(development().security());
  }

  @Test
  void no_secret_is_made_outside_the_data_directory() {
    Path elsewhere = directory.resolve("elsewhere.key");

    assertThatThrownBy(() -> development(linkKey(elsewhere.toString())))
        .hasMessage("security.link-key: cannot read the file " + elsewhere);
    assertThat(elsewhere).doesNotExist();
  }

  @Test
  void secrets_from_the_environment_are_refused_in_production() throws Exception {
    ConfigSource source = production("security.link-key=env:LINK_KEY");

    assertThatThrownBy(() -> AppConfig.load(source))
        .hasMessage("security.link-key: env: is refused in the production profile; use file:PATH");
  }

  @Test
  void a_secret_in_the_file_itself_is_refused_and_not_printed() {
    assertThatThrownBy(() -> development("security.link-key=" + CANARY))
        .hasMessageContaining("must be a reference")
        .hasMessageNotContaining(CANARY);
  }

  @Test
  void a_short_link_key_is_refused() throws IOException {
    Path key = Files.writeString(directory.resolve("short"), "too short");

    assertThatThrownBy(() -> development(linkKey(key.toString())))
        .hasMessage("security.link-key: the secret must have at least 32 characters");
  }

  @Test
  void no_secret_is_printed_with_the_configuration() throws IOException {
    Set<String> secrets = new TreeSet<>();
    String printed = development().toString();
    try (Stream<Path> made = Files.list(directory.resolve("data"))) {
      for (Path file : made.toList()) {
        secrets.add(Files.readString(file));
      }
    }

    assertThat(secrets).isNotEmpty();
    assertThat(printed).doesNotContain(secrets);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "results.streams=0 => results.streams: must be between 1 and 10000, got 0",
        "results.streams=many => results.streams: must be between 1 and 10000, got many",
        "results.size=1KiB => results.size: must be a size between 1048576B and 68719476736B such"
            + " as 256KiB, got 1KiB",
        "results.link-lifetime=2y => results.link-lifetime: must be a duration between 1s and"
            + " 86400s such as 250ms, 2s or 10m, got 2y",
        "results.streams-per-tenant=201 => results.streams-per-tenant: must not be above"
            + " results.streams",
        "http.idle-timeout=10s => http.idle-timeout: must be longer than stream.heartbeat, got 10s"
            + " and 10s",
        "stream.heartbeat=90s,stream.silence-max=180s => http.idle-timeout: must be longer than"
            + " stream.heartbeat, got 60s and 90s",
        "stream-tokens.live-max=0 => stream-tokens.live-max: must be between 1 and 100000, got 0",
        "webhooks.schedule=[] => webhooks.schedule: must be a list of 1 to 19 durations, got 0 of"
            + " them",
        "webhooks.ports=[0] => webhooks.ports: must be a list of ports between 1 and 65535, got 0",
        "webhooks.circuit-cap=1s => webhooks.circuit-cap: must not be shorter than"
            + " webhooks.circuit-base",
        "alerting.calls-undecided.older-than=49h => alerting.calls-undecided.older-than: must be at"
            + " least a day, an hour and reconciliation.every longer than reconciliation.lag: no"
            + " bill is compared before, got 49h and 50h",
        "facade.answer-within=50ms => facade.answer-within: must be a duration between 100ms and"
            + " 30s such as 250ms, 2s or 10m, got 50ms",
        "facade.lost-reply-window=2s => facade.lost-reply-window: must be 0s, or longer than"
            + " facade.answer-within",
        "development.tenant=A => development.tenant: must be 1 to 63 of a-z, 0-9 and -, got A",
        "development.key-id=x => development.key-id: must be 12 of a-z and 0-9, got x",
      })
  void an_error_names_key_value_and_range(String example) {
    String[] parts = example.split(" => ");

    assertThatThrownBy(() -> development(parts[0].split(",", -1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(parts[1]);
  }

  @Test
  void an_unknown_key_is_refused() {
    assertThatThrownBy(() -> development("results.stream=3"))
        .hasMessageStartingWith("results.stream: unknown key; known here: ");
  }

  @Test
  void an_unknown_section_is_refused() {
    assertThatThrownBy(() -> development("resluts.streams=3"))
        .hasMessageStartingWith("resluts: unknown key; known here: ");
  }

  @Test
  void private_hosts_are_refused_in_production() throws Exception {
    ConfigSource source = production("results.allow-private-hosts=[127.0.0.1]");

    assertThatThrownBy(() -> AppConfig.load(source))
        .hasMessage("results.allow-private-hosts: must be empty in the production profile");
  }

  @Test
  void the_origins_of_pages_are_read_as_they_are() throws Exception {
    assertThat(development("http.allowed-origins=[]").http().allowedOrigins()).isEmpty();
    assertThat(
            development("http.allowed-origins=[https://app.example,http://localhost:3000]")
                .http()
                .allowedOrigins())
        .containsExactly("https://app.example", "http://localhost:3000");
    assertThat(development("http.allowed-origins=[*]").http().allowedOrigins())
        .containsExactly("*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "app.example",
        "https://app.example/",
        "https://App.example",
        "https://app.example:443",
        "http://app.example:80",
        "http://[::1]:80",
        "https://*.example",
        "https://user@app.example",
        "wss://app.example",
        "https://app.example:0",
        "https://app.example#x",
      })
  void what_no_browser_sends_is_no_origin(String origin) {
    assertThatThrownBy(() -> development("http.allowed-origins=[" + origin + "]"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "http.allowed-origins: must be origins as browsers send them, such as"
                + " https://app.example, got "
                + origin);
  }

  @Test
  void pages_of_every_origin_are_refused_in_production() throws Exception {
    ConfigSource source = production("http.allowed-origins=[*]");

    assertThatThrownBy(() -> AppConfig.load(source))
        .hasMessage("http.allowed-origins: * is refused in the production profile; name each one");
  }

  @Test
  void private_receivers_of_webhooks_are_refused_in_production() throws Exception {
    ConfigSource source = production("webhooks.allow-private=true");

    assertThatThrownBy(() -> AppConfig.load(source))
        .hasMessage("webhooks.allow-private: must be false in the production profile");
  }

  @Test
  void the_demo_tenant_is_refused_in_production() throws Exception {
    ConfigSource source = production("development.tenant=demo");

    assertThatThrownBy(() -> AppConfig.load(source))
        .hasMessage("development: must not be there in the production profile");
  }

  @ParameterizedTest
  @ValueSource(strings = {"conf/backlot.yaml", "conf/backlot-prod.yaml"})
  void every_key_of_a_file_is_explained(String file) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(file));

    assertThat(lines)
        .filteredOn(line -> line.matches("\\s*(- )?[a-z0-9-]+:.*"))
        .filteredOn(line -> !lines.get(lines.indexOf(line) - 1).strip().startsWith("#"))
        .isEmpty();
  }

  private AppConfig development(String... settings) {
    String[] all =
        Stream.concat(Stream.of("data-directory=" + directory.resolve("data")), Stream.of(settings))
            .toArray(String[]::new);
    return load(DEVELOPMENT, all);
  }

  private AppConfig load(Path file, String... settings) {
    return AppConfig.load(new ConfigSource(Optional.of(file), List.of(settings), Map.of()));
  }

  /** The production file with every secret it refers to in a directory of this test. */
  private ConfigSource production(String... settings) throws Exception {
    Certificate node = Certificate.forLoopbackAddress(directory, "node");
    String text = Files.readString(PRODUCTION).replace("/run/secrets", directory.toString());
    for (String secret :
        Pattern.compile("file:(\\S+)")
            .matcher(text)
            .results()
            .map(match -> match.group(1))
            .filter(path -> path.startsWith("/"))
            .collect(Collectors.toSet())) {
      Path path = Path.of(secret);
      Files.createDirectories(path.getParent());
      Files.writeString(path, content(path, node));
    }
    Path file = Files.writeString(directory.resolve("prod.yaml"), text);
    return new ConfigSource(Optional.of(file), List.of(settings), Map.of());
  }

  private static String content(Path file, Certificate node) throws IOException {
    return switch (file.getFileName().toString()) {
      case "cluster.pem", "cluster-ca.pem" -> Files.readString(node.pem());
      case "cluster.key" -> Files.readString(node.key());
      case "database-ca.pem" -> Files.readString(CERTIFICATE);
      default -> CANARY;
    };
  }

  private static String linkKey(String path) {
    return "security.link-key=file:" + path;
  }
}
