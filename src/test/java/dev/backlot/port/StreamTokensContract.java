package dev.backlot.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.Keys.StreamGrant;
import dev.backlot.port.StreamTokens.LiveToken;
import dev.backlot.port.StreamTokens.NewToken;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tokens of tenants promise, whoever keeps them. */
public abstract class StreamTokensContract {
  protected static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant SOON = NOW.plusSeconds(60);
  private static final StreamScope ALL = new StreamScope.WholeTenant();

  protected abstract StreamTokens tokens();

  /** Opens what {@link #tokens} has minted. */
  protected abstract Keys keys();

  protected abstract TenantId tenant();

  protected abstract TenantId otherTenant();

  /** The id of a key of this tenant's, the same each time. */
  protected abstract String keyOf(TenantId tenant);

  static List<StreamScope> scopes() {
    return List.of(
        ALL,
        new StreamScope.OfBatch(new BatchId(new UUID(1, 2))),
        new StreamScope.Jobs(Set.of(new JobId(new UUID(3, 4)), new JobId(new UUID(5, 6)))));
  }

  @ParameterizedTest
  @MethodSource("scopes")
  void a_token_grants_its_scope_until_it_expires(StreamScope scope) {
    NewToken token = mint(tenant(), scope, NOW);

    assertThat(await(keys().streamGrant(token.presented(), NOW)))
        .contains(new StreamGrant(token.id(), tenant(), scope, SOON));
    assertThat(await(keys().streamGrant(token.presented(), SOON))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("scopes")
  void the_list_says_what_a_token_covers_and_who_made_it(StreamScope scope) {
    NewToken token = mint(tenant(), scope, NOW);

    assertThat(live(null, 10).items())
        .containsExactly(new LiveToken(token.id(), keyOf(tenant()), scope, NOW, SOON));
  }

  @Test
  void a_revoked_token_opens_nothing_and_is_in_no_list() {
    NewToken revoked = mint(tenant(), ALL, NOW);
    NewToken other = mint(tenant(), ALL, NOW);

    assertThat(await(tokens().revoke(tenant(), revoked.id(), NOW))).isTrue();

    assertThat(await(keys().streamGrant(revoked.presented(), NOW))).isEmpty();
    assertThat(await(keys().closed(Set.of(), Set.of(revoked.id(), other.id()), NOW)))
        .containsExactly(revoked.id());
    assertThat(live(null, 10).items()).extracting(LiveToken::id).containsExactly(other.id());
    assertThat(await(tokens().revoke(tenant(), revoked.id(), NOW))).as("again").isFalse();
  }

  @Test
  void another_tenants_token_is_neither_listed_nor_revoked() {
    NewToken theirs = mint(otherTenant(), ALL, NOW);

    assertThat(await(tokens().revoke(tenant(), theirs.id(), NOW))).isFalse();

    assertThat(live(null, 10).items()).isEmpty();
    assertThat(await(keys().streamGrant(theirs.presented(), NOW))).isPresent();
  }

  @Test
  void an_expired_token_is_neither_listed_nor_revoked() {
    NewToken token = mint(tenant(), ALL, NOW);

    assertThat(await(tokens().live(tenant(), null, 10, SOON)).items()).isEmpty();
    assertThat(await(tokens().revoke(tenant(), token.id(), SOON))).isFalse();
  }

  @Test
  void the_pages_of_the_list_have_every_token_once_the_newest_first() {
    List<String> minted = new ArrayList<>();
    for (int n = 0; n < 7; n++) {
      // Some are made at the same moment.
      minted.add(mint(tenant(), ALL, NOW.plusSeconds(n / 3)).id());
    }

    List<LiveToken> listed = new ArrayList<>();
    Page<LiveToken> page = live(null, 3);
    listed.addAll(page.items());
    while (page.nextCursor() != null) {
      page = live(page.nextCursor(), 3);
      listed.addAll(page.items());
    }

    assertThat(listed).extracting(LiveToken::id).containsExactlyInAnyOrderElementsOf(minted);
    assertThat(listed)
        .extracting(LiveToken::createdAt)
        .isSortedAccordingTo((one, two) -> two.compareTo(one));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "AAAA", "*", "f_________8BhYWFhYWFhYWFhYWFh"})
  void a_cursor_of_somebody_else_is_refused(String cursor) {
    assertThat(failure(tokens().live(tenant(), cursor, 10, NOW)))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void at_the_bound_no_more_is_minted_until_one_has_ended() {
    NewToken first = mint(tenant(), ALL, NOW);
    mint(tenant(), ALL, NOW.plusSeconds(1));

    assertThat(failure(tokens().mint(tenant(), keyOf(tenant()), ALL, NOW, SOON, 2)))
        .isEqualTo(ErrorCode.TOO_MANY_TOKENS);
    await(tokens().mint(otherTenant(), keyOf(otherTenant()), ALL, NOW, SOON, 2));
    await(tokens().revoke(tenant(), first.id(), NOW));
    await(tokens().mint(tenant(), keyOf(tenant()), ALL, NOW, SOON, 2));
    assertThat(live(null, 10).items()).hasSize(2);
  }

  @Test
  void an_expired_token_makes_room() {
    mint(tenant(), ALL, NOW);

    await(tokens().mint(tenant(), keyOf(tenant()), ALL, SOON, SOON.plusSeconds(60), 1));

    assertThat(await(tokens().live(tenant(), null, 10, SOON)).items()).hasSize(1);
  }

  @Test
  void a_token_shows_its_secret_to_nobody_by_accident() {
    NewToken token = mint(tenant(), ALL, NOW);

    assertThat(token.toString()).doesNotContain(token.presented());
  }

  private NewToken mint(TenantId tenant, StreamScope scope, Instant at) {
    return await(tokens().mint(tenant, keyOf(tenant), scope, at, at.plusSeconds(60), 100));
  }

  private Page<LiveToken> live(@Nullable String cursor, int limit) {
    return await(tokens().live(tenant(), cursor, limit, NOW));
  }

  protected static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(failed.getCause());
    } catch (Exception noAnswer) {
      throw new AssertionError(noAnswer);
    }
  }

  private static ErrorCode failure(Future<?> future) {
    BacklotException[] failed = new BacklotException[1];
    assertThatThrownBy(() -> await(future))
        .isInstanceOfSatisfying(BacklotException.class, known -> failed[0] = known);
    return failed[0].code();
  }
}
