package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PgCreditLedgerTest {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String RESTRICT_VIOLATION = "23001";

  private final Store store = new Store();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void a_reference_is_granted_once() {
    TenantId tenant = store.tenant("acme", "10");

    assertThat(grant(tenant, Asset.VIDEO_UNIT, "5.5", "order 1")).isTrue();
    assertThat(grant(tenant, Asset.VIDEO_UNIT, "5.5", "order 1")).isFalse();

    assertThat(store.balance(tenant).available()).isEqualTo(Credits.of("15.5"));
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void a_reference_is_not_granted_again_with_another_amount() {
    TenantId tenant = store.tenant("acme", "10");
    grant(tenant, Asset.VIDEO_UNIT, "5.5", "order 1");

    assertThatThrownBy(() -> grant(tenant, Asset.VIDEO_UNIT, "6", "order 1"))
        .hasMessageContaining("Reference order 1 was granted before with 5.5");
    assertThat(store.balance(tenant).available()).isEqualTo(Credits.of("15.5"));
  }

  @Test
  void a_reference_granted_many_times_at_once_is_granted_once() {
    TenantId tenant = store.tenant("acme", "10");

    List<Future<Boolean>> grants =
        IntStream.range(0, 20)
            .mapToObj(i -> store.ledger.grant(tenant, Asset.USD, Credits.of("1"), "order 1", NOW))
            .toList();

    assertThat(grants.stream().filter(Store::await)).hasSize(1);
    assertThat(await(store.ledger.balances(tenant)))
        .containsExactly(balance(Asset.VIDEO_UNIT, "10"), balance(Asset.USD, "1"));
  }

  @Test
  void each_asset_has_its_own_references_and_totals() {
    TenantId tenant = store.tenant("acme", "10");
    grant(tenant, Asset.USD, "3", "order 1");
    grant(tenant, Asset.IMAGE_UNIT, "4", "order 1");

    assertThat(await(store.ledger.totals(Asset.USD)))
        .containsEntry("granted", Credits.of("3"))
        .containsEntry("available", Credits.of("3"))
        .containsEntry("spent", Credits.ZERO)
        .containsEntry("provider_drift", Credits.ZERO)
        .containsEntry("provider_loss", Credits.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1"})
  void a_grant_adds_something(String amount) {
    TenantId tenant = store.tenant("acme", "10");

    assertThat(
            Store.failure(
                store.ledger.grant(tenant, Asset.VIDEO_UNIT, Credits.of(amount), "order 1", NOW)))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void all_balances_carry_the_names_of_their_tenants() {
    store.tenant("one", "1");
    store.tenant("two", "2");

    assertThat(await(store.ledger.allBalances(10)))
        .extracting(each -> each.name() + " " + each.balance().available())
        .containsExactly("one 1", "two 2");
    assertThat(await(store.ledger.allBalances(1))).hasSize(1);
  }

  @Test
  void a_balance_that_its_transfers_do_not_make_is_a_violation() {
    TenantId tenant = store.tenant("acme", "10");
    store.database.execute("UPDATE balance SET available = available + 1");

    assertThat(store.violations())
        .singleElement()
        .asString()
        .contains(tenant.toString(), "available", "11.000000", "10.000000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE transfer SET amount = 1",
        "DELETE FROM transfer",
        "TRUNCATE transfer",
        "SET session_replication_role = replica; DELETE FROM transfer"
      })
  void not_even_the_owner_changes_the_ledger(String sql) throws SQLException {
    store.tenant("acme", "10");
    // Only a superuser may set a replication role, so that case runs as one.
    try (Connection connection = sql.startsWith("SET") ? superuser() : store.database.owner();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOfSatisfying(
              SQLException.class,
              refused -> assertThat(refused.getSQLState()).isEqualTo(RESTRICT_VIOLATION));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE transfer SET amount = 1",
        "DELETE FROM transfer",
        "TRUNCATE transfer",
        "UPDATE ledger_account SET asset = 'usd'",
        "DELETE FROM balance",
        "UPDATE balance SET available_account = spent_account",
        "DELETE FROM reservation",
        "DELETE FROM job",
        "UPDATE event SET type = 'job.succeeded'",
        "UPDATE api_key SET scopes = '{}'",
        "ALTER TABLE transfer DISABLE TRIGGER transfer_append_only",
        "CREATE TABLE mine (id int)"
      })
  void the_serving_role_cannot_rewrite_history(String sql) throws SQLException {
    try (Connection connection = store.database.app();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOfSatisfying(
              SQLException.class,
              refused -> assertThat(refused.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
    }
  }

  @Test
  void a_transfer_stays_within_one_asset() {
    store.tenant("acme", "10");

    assertThatThrownBy(
            () ->
                store.database.execute(
                    """
                    INSERT INTO transfer (kind, debit_account, credit_account, asset, amount,
                                          reference, at)
                    SELECT 'grant', house.id, mine.id, 'usd', 1, 'crossed', now()
                      FROM ledger_account house, ledger_account mine
                     WHERE house.role = 'granted' AND house.asset = 'usd'
                       AND mine.role = 'available' AND mine.asset = 'video_unit'"""))
        .rootCause()
        .hasMessageContaining("foreign key");
  }

  private boolean grant(TenantId tenant, Asset asset, String amount, String reference) {
    return await(store.ledger.grant(tenant, asset, Credits.of(amount), reference, NOW));
  }

  private Connection superuser() throws SQLException {
    return java.sql.DriverManager.getConnection(store.database.config().jdbcUrl(), "postgres", "");
  }

  private static Balance balance(Asset asset, String available) {
    return new Balance(asset, Credits.of(available), Credits.ZERO, Credits.ZERO);
  }
}
