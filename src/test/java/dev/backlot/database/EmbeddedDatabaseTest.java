package dev.backlot.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.ConfigException;
import dev.backlot.config.DatabaseConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
  @TempDir Path home;
  private Path directory;
  private final Deque<EmbeddedDatabase> servers = new ArrayDeque<>();

  @BeforeEach
  void choose() {
    directory = home.resolve("postgres");
  }

  @AfterEach
  void stop() {
    servers.forEach(EmbeddedDatabase::stop);
  }

  @Test
  void a_commit_is_on_disk_and_every_machine_sorts_alike() throws Exception {
    start(0);

    assertThat(owner("SHOW fsync")).isEqualTo("on");
    assertThat(owner("SHOW synchronous_commit")).isEqualTo("on");
    assertThat(owner("SHOW full_page_writes")).isEqualTo("on");
    assertThat(owner("SHOW data_checksums")).isEqualTo("on");
    assertThat(owner("SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(
            owner(
                "SELECT datlocprovider::text || datlocale FROM pg_database"
                    + " WHERE datname = current_database()"))
        .isEqualTo("bC.UTF-8");
  }

  @Test
  void the_serving_role_is_no_superuser_and_owns_nothing() throws Exception {
    start(0);

    assertThat(
            owner(
                "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles"
                    + " WHERE rolname = 'backlot_app'"))
        .isEqualTo("f");
    assertThat(owner("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'backlot'"))
        .isEqualTo("backlot_owner");
  }

  @Test
  void data_survive_a_stop() throws Exception {
    startPrepared();
    owner("CREATE TABLE kept AS SELECT 42 AS answer");
    server().stop();

    start(0);

    assertThat(server().reused()).isFalse();
    assertThat(owner("SELECT answer FROM kept")).isEqualTo("42");
  }

  @Test
  void data_survive_a_kill_of_the_server() throws Exception {
    startPrepared();
    owner("CREATE TABLE kept AS SELECT 42 AS answer");
    ProcessHandle postmaster = Postmaster.of(directory.resolve("data")).orElseThrow().process();
    postmaster.destroyForcibly();
    postmaster.onExit().get(10, TimeUnit.SECONDS);
    server().stop();

    start(0);

    assertThat(owner("SELECT answer FROM kept")).isEqualTo("42");
  }

  @Test
  void a_restart_breaks_the_connections_of_those_who_use_it() throws Exception {
    startPrepared();
    String url = "jdbc:postgresql://127.0.0.1:" + server().port() + "/" + DatabaseConfig.NAME;
    try (Connection node = DriverManager.getConnection(url, DatabaseConfig.APP, "")) {
      EmbeddedDatabase again = server().restart(settings(0));
      servers.push(again);

      assertThat(node.isValid(5)).isFalse();
      assertThat(again.reused()).isFalse();
      assertThat(owner("SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void a_server_left_running_is_used_again_on_its_port() {
    startPrepared();
    int port = server().port();

    EmbeddedDatabase again = EmbeddedDatabase.start(settings(0));

    assertThat(again.reused()).isTrue();
    assertThat(again.port()).isEqualTo(port);
  }

  @Test
  void a_server_that_was_used_again_can_be_stopped() throws Exception {
    startPrepared();
    EmbeddedDatabase again = EmbeddedDatabase.start(settings(0));

    again.stop();

    assertThat(Postmaster.of(directory.resolve("data"))).isEmpty();
  }

  @Test
  void a_process_id_that_now_belongs_to_another_program_is_no_obstacle() throws Exception {
    startPrepared();
    server().stop();
    Path pidFile = directory.resolve("data/postmaster.pid");
    Files.writeString(pidFile, ProcessHandle.current().pid() + "\n/data\n0\n15432\n");

    start(0);

    assertThat(owner("SELECT 1")).isEqualTo("1");
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void a_taken_port_is_an_error_that_names_its_key() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> start(port))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("database.port: port " + port + " is taken");
    }
  }

  @Test
  void its_log_has_errors_but_no_values() throws Exception {
    startPrepared();
    String canary = "c4nary-prompt";
    owner("CREATE TABLE guarded (prompt text CHECK (length(prompt) < 5))");

    assertThatThrownBy(() -> owner("INSERT INTO guarded VALUES ('" + canary + "')"))
        .hasMessageContaining(canary);

    assertThat(logOnceItHas("violates check constraint")).doesNotContain(canary);
  }

  /** PostgreSQL's logging collector writes behind the statement's answer, with no signal to us. */
  private String logOnceItHas(String text) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    String log = log();
    while (!log.contains(text)) {
      assertThat(System.nanoTime()).as("no such line: " + text).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      log = log();
    }
    return log;
  }

  /** As after a first start, which takes longer. */
  private void startPrepared() {
    PreparedDatabase.copyTo(directory);
    start(0);
  }

  private void start(int port) {
    servers.push(EmbeddedDatabase.start(settings(port)));
  }

  private EmbeddedDatabase server() {
    return servers.element();
  }

  private EmbeddedDatabase.Settings settings(int port) {
    return new EmbeddedDatabase.Settings(directory, PreparedDatabase.programs(), port, true);
  }

  /** The first column of the first row, empty when the statement has no rows. */
  private String owner(String sql) throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + server().port() + "/" + DatabaseConfig.NAME;
    try (Connection connection = DriverManager.getConnection(url, DatabaseConfig.OWNER, "");
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      ResultSet rows = statement.getResultSet();
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  private String log() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("data/log"))) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }
}
