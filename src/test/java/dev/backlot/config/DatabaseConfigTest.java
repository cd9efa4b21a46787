package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.DatabaseConfig.Failover;
import dev.backlot.config.DatabaseConfig.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseConfigTest {
  private static final Path CERTIFICATE = Path.of("src/test/resources/tls/ca.pem");

  @TempDir Path directory;

  @Test
  void an_embedded_server_listens_on_loopback_and_has_no_failover() {
    DatabaseConfig config = DatabaseConfig.from(section(embedded(), false));

    assertThat(config.mode()).isEqualTo(Mode.EMBEDDED);
    assertThat(config.jdbcUrl())
        .isEqualTo("jdbc:postgresql://127.0.0.1:15432/backlot?sslmode=disable");
    assertThat(config.failover()).isEqualTo(Failover.NONE);
  }

  @Test
  void production_must_say_what_a_failover_keeps() throws IOException {
    Map<String, Object> values = external();
    values.remove("failover");

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, true)))
        .hasMessage("database.failover: is missing");
  }

  @Test
  void an_external_server_is_reached_with_the_passwords_of_two_roles() throws IOException {
    DatabaseConfig config = DatabaseConfig.from(section(external(), true));

    assertThat(config.ownerPassword()).hasValue(new Secret("owner's"));
    assertThat(config.appPassword()).hasValue(new Secret("app's"));
    assertThat(config.toString()).doesNotContain("owner's", "app's");
  }

  @Test
  void a_node_that_does_not_migrate_needs_no_password_of_the_owner() throws IOException {
    Map<String, Object> values = external();
    values.put("migrate", "false");
    values.put("owner-password", "file:/nowhere/owner.key");

    DatabaseConfig config = DatabaseConfig.from(section(values, true));

    assertThat(config.migrates()).isFalse();
    assertThat(config.ownerPassword()).isEmpty();
  }

  @Test
  void nobody_else_migrates_an_embedded_server() {
    Map<String, Object> values = embedded();
    values.put("migrate", "false");

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, false)))
        .hasMessageStartingWith("database.migrate: must be true for an embedded server");
  }

  @Test
  void the_server_is_verified_with_the_certificates_of_a_file() throws IOException {
    DatabaseConfig config = DatabaseConfig.from(section(external(), true));

    assertThat(config.tls())
        .isEqualTo(
            new DatabaseTls(
                DatabaseTls.Mode.VERIFY_FULL, Optional.of(directory.resolve("ca.pem"))));
    assertThat(config.jdbcUrl())
        .startsWith("jdbc:postgresql://postgres:5432/backlot?sslmode=verify-full&sslrootcert=")
        .endsWith("ca.pem");
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "require"})
  void production_verifies_the_server_unless_it_is_allowed_not_to(String mode) throws IOException {
    Map<String, Object> values = external();
    values.put("tls", Map.of("mode", mode));

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, true)))
        .hasMessageStartingWith("database.tls.mode: must be verify-full in the production profile")
        .hasMessageEndingWith("database.tls.allow-unverified: true");

    values.put("tls", Map.of("mode", mode, "allow-unverified", "true"));
    assertThat(DatabaseConfig.from(section(values, true)).jdbcUrl()).endsWith("?sslmode=" + mode);
  }

  @Test
  void production_must_say_how_connections_are_encrypted() throws IOException {
    Map<String, Object> values = external();
    values.remove("tls");

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, true)))
        .hasMessage("database.tls.mode: is missing");
  }

  @Test
  void a_server_cannot_be_verified_without_certificates() throws IOException {
    Map<String, Object> values = external();
    values.put("tls", Map.of("mode", "verify-full"));

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, true)))
        .hasMessage("database.tls.ca: is missing");
  }

  @Test
  void a_file_of_certificates_that_is_not_there_is_named() throws IOException {
    Map<String, Object> values = external();
    values.put("tls", Map.of("mode", "verify-full", "ca", "file:/nowhere/ca.pem"));

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, true)))
        .hasMessage("database.tls.ca: cannot read the file /nowhere/ca.pem");
  }

  @Test
  void a_key_of_the_other_mode_is_unknown() {
    Map<String, Object> values = embedded();
    values.put("host", "elsewhere");

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, false)))
        .hasMessageStartingWith("database.host: unknown key");
  }

  @Test
  void a_wrong_port_is_named_with_its_range() {
    Map<String, Object> values = embedded();
    values.put("port", "0");

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, false)))
        .hasMessage("database.port: must be between 1 and 65535, got 0");
  }

  @Test
  void a_group_gets_the_time_for_at_least_one_connection() {
    Map<String, Object> values = embedded();
    values.put("commit-deadline", "1s");

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, false)))
        .hasMessage("database.commit-deadline: must not be shorter than database.connect-timeout");
  }

  private static Map<String, Object> embedded() {
    return with(Map.of("mode", "embedded", "directory", "data/postgres", "port", "15432"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not a certificate",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        ""
      })
  void a_file_that_holds_no_certificates_is_named(String content) throws IOException {
    Map<String, Object> values = external();
    Files.writeString(directory.resolve("ca.pem"), content);

    assertThatThrownBy(() -> DatabaseConfig.from(section(values, true)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("database.tls.ca: holds no X.509 certificates in PEM form: ");
  }

  private Map<String, Object> external() throws IOException {
    Path owner = Files.writeString(directory.resolve("owner"), "owner's\n");
    Path app = Files.writeString(directory.resolve("app"), "app's\n");
    Path ca = directory.resolve("ca.pem");
    Files.copy(CERTIFICATE, ca, StandardCopyOption.REPLACE_EXISTING);
    return with(
        Map.of(
            "mode", "external",
            "host", "postgres",
            "port", "5432",
            "name", "backlot",
            "owner-user", "backlot_owner",
            "owner-password", "file:" + owner,
            "app-user", "backlot_app",
            "app-password", "file:" + app,
            "failover", "managed",
            "tls", Map.of("mode", "verify-full", "ca", "file:" + ca)));
  }

  private static Map<String, Object> with(Map<String, Object> place) {
    Map<String, Object> values = new HashMap<>(place);
    values.putAll(
        Map.of(
            "migrate", "true",
            "pool-size", "16",
            "pool-waiting", "2000",
            "connect-timeout", "3s",
            "statement-timeout", "10s",
            "commit-deadline", "5s"));
    return values;
  }

  private static Section section(Map<String, Object> values, boolean production) {
    return new Section("database", values, production, name -> null);
  }
}
