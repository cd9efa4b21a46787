package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.Keys.NewKey;
import dev.backlot.port.StreamTokens.NewToken;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PgKeysTest {
  private static final Instant SOON = NOW.plusSeconds(60);

  private final Store store = new Store();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void a_new_key_opens_what_its_scopes_say() {
    NewKey key = create("acme", Scope.SUBMIT, Scope.READ);

    assertThat(key.presented()).matches("blk_[a-z0-9]{12}_[A-Za-z0-9_-]{43}");
    assertThat(await(store.keys.authenticate(key.presented())))
        .contains(new Principal(key.tenant(), key.keyId(), Set.of(Scope.SUBMIT, Scope.READ)));
  }

  @Test
  void a_second_key_belongs_to_the_same_tenant() {
    assertThat(create("acme").tenant()).isEqualTo(create("acme").tenant());
    assertThat(await(store.keys.tenantNamed("acme"))).isPresent();
    assertThat(await(store.keys.tenantNamed("nobody"))).isEmpty();
  }

  @Test
  void the_secret_is_nowhere_in_the_database() {
    NewKey key = create("acme");
    String secret = key.presented().substring("blk_".length() + 13);

    assertThat(store.database.text("SELECT k::text FROM api_key k")).doesNotContain(secret);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "blk_", "Bearer x", "blk_aaaaaaaaaaaa_short", "blk__", "bst_"})
  void what_is_not_a_key_opens_nothing(String presented) {
    assertThat(await(store.keys.authenticate(presented))).isEmpty();
  }

  @Test
  void a_wrong_secret_opens_nothing() {
    NewKey key = create("acme");
    String last = key.presented().endsWith("A") ? "B" : "A";

    assertThat(
            await(
                store.keys.authenticate(
                    key.presented().substring(0, key.presented().length() - 1) + last)))
        .isEmpty();
  }

  @Test
  void a_revoked_key_opens_nothing() {
    NewKey key = create("acme");

    assertThat(await(store.keys.revoke(key.keyId(), NOW))).isTrue();

    assertThat(await(store.keys.authenticate(key.presented()))).isEmpty();
    assertThat(await(store.keys.revoke(key.keyId(), NOW))).isFalse();
  }

  @Test
  void an_installed_key_may_be_installed_again() {
    String presented = "blk_demodemodemo_" + "0123456789abcdef".repeat(4);

    TenantId first = await(store.keys.install("demo", presented, Set.of(Scope.READ), NOW));
    TenantId again = await(store.keys.install("demo", presented, Set.of(Scope.READ), NOW));

    assertThat(again).isEqualTo(first);
    assertThat(await(store.keys.authenticate(presented)).orElseThrow().tenant()).isEqualTo(first);
  }

  @Test
  void an_installed_key_is_not_replaced_by_another_secret() {
    String id = "blk_demodemodemo_";
    await(store.keys.install("demo", id + "0".repeat(64), Set.of(Scope.READ), NOW));

    assertThat(
            Store.failure(store.keys.install("demo", id + "1".repeat(64), Set.of(Scope.READ), NOW)))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void a_tenant_name_is_checked() {
    assertThat(Store.failure(store.keys.create("No such Name", Set.of(), NOW)))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void a_token_grants_its_scope_until_it_expires() {
    NewKey key = create("acme");
    StreamScope scope = new StreamScope.Jobs(Set.of(new JobId(UUID.randomUUID())));
    NewToken token = mint(key, scope);

    assertThat(await(store.keys.streamGrant(token.presented(), NOW)).orElseThrow())
        .satisfies(
            grant -> {
              assertThat(grant.tenant()).isEqualTo(key.tenant());
              assertThat(grant.scope()).isEqualTo(scope);
              assertThat(grant.expiresAt()).isEqualTo(SOON);
            });
    assertThat(await(store.keys.streamGrant(token.presented(), SOON))).isEmpty();
  }

  @Test
  void a_token_without_jobs_covers_the_tenant() {
    NewToken token = mint(create("acme"));

    assertThat(await(store.keys.streamGrant(token.presented(), NOW)).orElseThrow().scope())
        .isEqualTo(new StreamScope.WholeTenant());
  }

  @Test
  void a_token_is_not_a_key_and_a_key_not_a_token() {
    NewKey key = create("acme");

    assertThat(await(store.keys.authenticate(mint(key).presented()))).isEmpty();
    assertThat(await(store.keys.streamGrant(key.presented(), NOW))).isEmpty();
  }

  @Test
  void a_token_dies_with_the_key_that_made_it() {
    NewKey revoked = create("acme");
    NewKey live = create("acme");
    NewToken dead = mint(revoked);
    NewToken other = mint(live);

    await(store.keys.revoke(revoked.keyId(), NOW));

    assertThat(await(store.keys.streamGrant(dead.presented(), NOW))).isEmpty();
    assertThat(await(store.keys.streamGrant(other.presented(), NOW))).isPresent();
    assertThat(await(store.keys.closed(Set.of(), Set.of(dead.id(), other.id()), NOW)))
        .containsExactly(dead.id());
  }

  @Test
  void no_key_makes_a_token_for_another_tenant() {
    NewKey key = create("acme");
    TenantId other = create("other").tenant();

    assertThatThrownBy(
            () ->
                await(
                    store.tokens.mint(
                        other, key.keyId(), new StreamScope.WholeTenant(), NOW, SOON, 100)))
        .isInstanceOf(RuntimeException.class);
    assertThat(store.database.number("SELECT count(*) FROM stream_token")).isZero();
  }

  @Test
  void what_no_longer_opens_anything_is_named_in_one_answer() {
    NewKey live = create("acme");
    NewKey revoked = create("acme");
    await(store.keys.revoke(revoked.keyId(), NOW));
    String token = mint(live).id();

    assertThat(
            await(
                store.keys.closed(
                    Set.of(live.keyId(), revoked.keyId(), "unknownkey00"), Set.of(token), NOW)))
        .containsExactlyInAnyOrder(revoked.keyId(), "unknownkey00");
    assertThat(await(store.keys.closed(Set.of(), Set.of(token), SOON))).containsExactly(token);
  }

  private NewToken mint(NewKey key) {
    return mint(key, new StreamScope.WholeTenant());
  }

  private NewToken mint(NewKey key, StreamScope scope) {
    return await(store.tokens.mint(key.tenant(), key.keyId(), scope, NOW, SOON, 100));
  }

  private NewKey create(String tenant, Scope... scopes) {
    return await(store.keys.create(tenant, Set.of(scopes), NOW));
  }
}
