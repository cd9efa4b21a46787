package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.port.Keys;
import dev.backlot.port.Keys.NewKey;
import dev.backlot.port.StreamTokens;
import dev.backlot.port.StreamTokens.NewToken;
import dev.backlot.port.StreamTokensContract;
import io.vertx.core.Future;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgStreamTokensTest extends StreamTokensContract {
  private static final StreamScope ALL = new StreamScope.WholeTenant();
  private final Store store = new Store();
  private final NewKey mine = await(store.keys.create("mine", Set.of(Scope.STREAM), NOW));
  private final NewKey theirs = await(store.keys.create("theirs", Set.of(Scope.STREAM), NOW));

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected StreamTokens tokens() {
    return store.tokens;
  }

  @Override
  protected Keys keys() {
    return store.keys;
  }

  @Override
  protected TenantId tenant() {
    return mine.tenant();
  }

  @Override
  protected TenantId otherTenant() {
    return theirs.tenant();
  }

  @Override
  protected String keyOf(TenantId tenant) {
    return (tenant.equals(mine.tenant()) ? mine : theirs).keyId();
  }

  @Test
  void many_that_mint_at_once_never_pass_the_bound() {
    await(
        Future.join(
                IntStream.range(0, 30)
                    .mapToObj(n -> mint(store.tokens, 10).otherwiseEmpty())
                    .toList())
            .mapEmpty());

    assertThat(store.database.number("SELECT count(*) FROM stream_token")).isEqualTo(10);
  }

  @Test
  void a_revoked_token_leaves_no_row_behind() {
    NewToken token = await(mint(store.tokens, 10));

    await(store.tokens.revoke(tenant(), token.id(), NOW));

    assertThat(store.database.number("SELECT count(*) FROM stream_token")).isZero();
  }

  @Test
  void a_revoked_key_takes_its_tokens_out_of_the_list() {
    await(mint(store.tokens, 10));

    await(store.keys.revoke(mine.keyId(), NOW));

    assertThat(await(store.tokens.live(tenant(), null, 10, NOW)).items()).isEmpty();
  }

  /** As the versions before tokens for batches read it: jobs, or else everything. */
  @Test
  void a_version_that_knows_no_batches_opens_nothing_with_a_token_for_one() {
    await(
        store.tokens.mint(
            tenant(),
            mine.keyId(),
            new StreamScope.OfBatch(new BatchId(new UUID(1, 2))),
            NOW,
            NOW.plusSeconds(60),
            10));

    assertThat(store.database.text("SELECT job_ids::text FROM stream_token"))
        .isEqualTo("{00000000-0000-0000-0000-000000000000}");
  }

  @Test
  void no_token_covers_jobs_and_a_batch() {
    await(mint(store.tokens, 10));

    assertThatThrownBy(
            () ->
                store.database.execute(
                    "UPDATE stream_token SET batch_id = gen_random_uuid(), job_ids = NULL"))
        .hasMessageContaining("stream_token_batch");
  }

  private Future<NewToken> mint(StreamTokens tokens, int liveMax) {
    return tokens.mint(tenant(), mine.keyId(), ALL, NOW, NOW.plusSeconds(60), liveMax);
  }
}
