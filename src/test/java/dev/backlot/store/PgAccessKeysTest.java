package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.Secret;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.port.AccessKeys.NewPair;
import java.security.SecureRandom;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PgAccessKeysTest {
  private final Store store = new Store();
  private final PgAccessKeys pairs = sealedBy("the sealing key of this installation");

  private PgAccessKeys sealedBy(String key) {
    return new PgAccessKeys(
        store.vertx, store.database.pool(), new Secret(key), new SecureRandom(), UUID::randomUUID);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private NewPair create(String tenant) {
    return await(pairs.create(tenant, Set.of(Scope.SUBMIT, Scope.READ), NOW));
  }

  @Test
  void a_pair_is_found_with_its_secret_and_what_it_may_do() {
    NewPair made = create("acme");

    assertThat(made.accessKey()).matches("[A-Za-z0-9]{32}");
    assertThat(made.secretKey()).matches("[A-Za-z0-9_-]{43}");
    assertThat(await(pairs.find(made.accessKey())))
        .hasValueSatisfying(
            found -> {
              assertThat(found.secretKey()).isEqualTo(made.secretKey());
              assertThat(found.principal())
                  .isEqualTo(
                      new Principal(
                          made.tenant(), made.accessKey(), Set.of(Scope.SUBMIT, Scope.READ)));
            });
  }

  @Test
  void pairs_of_one_name_belong_to_one_tenant() {
    assertThat(create("acme").tenant()).isEqualTo(create("acme").tenant());
  }

  @Test
  void the_secret_is_nowhere_in_the_database_nor_in_what_is_logged() {
    NewPair made = create("acme");

    assertThat(store.database.text("SELECT k::text FROM access_key k"))
        .doesNotContain(made.secretKey());
    assertThat(made + " " + await(pairs.find(made.accessKey()))).doesNotContain(made.secretKey());
  }

  @Test
  void a_database_without_the_sealing_key_opens_nothing() {
    NewPair made = create("acme");

    assertThatThrownBy(
            () -> await(sealedBy("another key of 32 characters....").find(made.accessKey())))
        .hasStackTraceContaining("cannot be read");
  }

  @Test
  void a_secret_that_was_moved_to_another_row_opens_nothing() {
    NewPair one = create("acme");
    NewPair other = create("rival");
    store.database.execute(
        "UPDATE access_key SET sealed_secret = (SELECT sealed_secret FROM access_key WHERE id = '"
            + one.accessKey()
            + "') WHERE id = '"
            + other.accessKey()
            + "'");

    assertThatThrownBy(() -> await(pairs.find(other.accessKey())))
        .hasStackTraceContaining("cannot be read");
  }

  @Test
  void a_revoked_pair_is_found_no_more() {
    NewPair made = create("acme");

    assertThat(await(pairs.revoke(made.accessKey(), NOW))).isTrue();
    assertThat(await(pairs.find(made.accessKey()))).isEmpty();
    assertThat(await(pairs.revoke(made.accessKey(), NOW))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'", "short", "ABCDEFGHIJKLMNOPabcdefghijklmnop", "\u0000"})
  void what_is_no_access_key_finds_nothing(String presented) {
    assertThat(await(pairs.find(presented))).isEmpty();
  }

  @Test
  void a_name_that_no_tenant_can_have_is_refused() {
    assertThatThrownBy(() -> create("Acme!")).hasStackTraceContaining("name of a tenant");
  }
}
