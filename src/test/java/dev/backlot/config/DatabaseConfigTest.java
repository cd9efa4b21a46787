package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.DatabaseConfig.Failover;
import dev.backlot.config.DatabaseConfig.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseConfigTest {
  @TempDir Path directory;

  @Test
  void an_embedded_server_listens_on_loopback_and_has_no_failover() {
    DatabaseConfig config = DatabaseConfig.from(section(embedded(), false));

    assertThat(config.mode()).isEqualTo(Mode.EMBEDDED);
    assertThat(config.jdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:15432/backlot");
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

  private Map<String, Object> external() throws IOException {
    Path owner = Files.writeString(directory.resolve("owner"), "owner's\n");
    Path app = Files.writeString(directory.resolve("app"), "app's\n");
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
            "failover", "managed"));
  }

  private static Map<String, Object> with(Map<String, Object> place) {
    Map<String, Object> values = new HashMap<>(place);
    values.putAll(
        Map.of(
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
