package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.DatabaseTls;
import dev.backlot.config.DatabaseTls.Mode;
import dev.backlot.database.OwnServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a PostgreSQL whose certificate names 127.0.0.1 and nothing else. */
class EncryptedConnectionTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final String NOT_NAMED = "localhost";

  /** The client keeps the reason to itself. */
  private static final String REFUSED = "SSL handshake failed";

  @TempDir static Path directory;
  private static Vertx vertx;
  private static OwnServer server;
  private static Certificate right;
  private static Certificate other;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    right = Certificate.forLoopbackAddress(directory, "right");
    other = Certificate.forLoopbackAddress(directory, "other");
    server = OwnServer.start(directory.resolve("server"));
    server.execute(
        "ALTER SYSTEM SET ssl_cert_file = '" + right.pem() + "'",
        "ALTER SYSTEM SET ssl_key_file = '" + right.key() + "'",
        "ALTER SYSTEM SET ssl = on",
        "SELECT pg_reload_conf()");
    server.await("SELECT current_setting('ssl') = 'on'");
  }

  @AfterAll
  static void stop() {
    try {
      server.close();
    } finally {
      Store.await(vertx.close());
    }
  }

  @Test
  void the_server_that_its_certificate_names_is_served_and_migrated() throws Exception {
    assertThat(isEncrypted(ADDRESS, verified(right))).isTrue();
    assertThat(Migrations.run(server.config(ADDRESS, verified(right)))).isNotNegative();
  }

  @Test
  void a_server_whose_certificate_nobody_vouches_for_is_not_talked_to() {
    assertThatThrownBy(() -> isEncrypted(ADDRESS, verified(other)))
        .isInstanceOf(VertxException.class)
        .hasMessage(REFUSED);
    assertThatThrownBy(() -> Migrations.run(server.config(ADDRESS, verified(other))))
        .rootCause()
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void a_server_of_another_name_is_not_talked_to() {
    assertThatThrownBy(() -> isEncrypted(NOT_NAMED, verified(right)))
        .isInstanceOf(VertxException.class)
        .hasMessage(REFUSED);
    assertThatThrownBy(() -> Migrations.run(server.config(NOT_NAMED, verified(right))))
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining(NOT_NAMED);
  }

  @Test
  void encryption_alone_takes_any_certificate() throws Exception {
    DatabaseTls anybody = new DatabaseTls(Mode.REQUIRE, Optional.empty());

    assertThat(isEncrypted(NOT_NAMED, anybody)).isTrue();
    assertThat(Migrations.run(server.config(NOT_NAMED, anybody))).isNotNegative();
  }

  @Test
  void without_encryption_there_is_none() throws Exception {
    assertThat(isEncrypted(ADDRESS, DatabaseTls.DISABLED)).isFalse();
  }

  private static DatabaseTls verified(Certificate by) {
    return new DatabaseTls(Mode.VERIFY_FULL, Optional.of(by.pem()));
  }

  private static boolean isEncrypted(String host, DatabaseTls tls) throws Exception {
    Pool pool = server.pool(vertx, host, tls);
    try {
      return pool.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
          .execute()
          .map(rows -> rows.iterator().next().getBoolean(0))
          .await(30, TimeUnit.SECONDS);
    } finally {
      Store.await(pool.close());
    }
  }
}
