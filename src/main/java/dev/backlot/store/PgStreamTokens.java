package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.StreamTokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

public final class PgStreamTokens implements StreamTokens {
  private final Pool pool;
  private final PgTransactions transactions;
  private final RandomGenerator secrets;

  /**
   * @param secrets makes ids and secrets: a {@code SecureRandom} everywhere but in tests
   */
  public PgStreamTokens(Vertx vertx, Pool pool, RandomGenerator secrets) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, secrets);
    this.secrets = secrets;
  }

  @Override
  public Future<NewToken> mint(
      TenantId tenant,
      String keyId,
      StreamScope scope,
      Instant now,
      Instant expiresAt,
      int liveMax) {
    Credential token = Credential.make(Credential.TOKEN, secrets);
    Tuple row =
        Rows.arguments(
            token.id(),
            tenant.value(),
            keyId,
            token.sha256(),
            TokenScopes.jobIds(scope),
            TokenScopes.batchId(scope),
            Rows.time(now),
            Rows.time(expiresAt),
            liveMax);
    return transactions
        .inOneFlight(
            tx -> {
              tx.execute(StreamTokenSql.LOCK_TENANT, Tuple.of(tenant.value().hashCode()));
              return tx.execute(StreamTokenSql.MINT, row).map(SqlResult::rowCount);
            })
        .compose(
            stored ->
                stored == 1
                    ? Future.succeededFuture(new NewToken(token.id(), token.presented(), expiresAt))
                    : Future.failedFuture(tooMany(liveMax)));
  }

  @Override
  public Future<Boolean> revoke(TenantId tenant, String id, Instant now) {
    return Reads.count(pool, StreamTokenSql.REVOKE, Tuple.of(tenant.value(), id, Rows.time(now)))
        .map(ended -> ended > 0);
  }

  @Override
  public Future<Page<LiveToken>> live(
      TenantId tenant, @Nullable String cursor, int limit, Instant now) {
    TokenCursor before;
    try {
      before = TokenCursor.parse(cursor);
    } catch (BacklotException notOurs) {
      return Future.failedFuture(notOurs);
    }
    Tuple arguments =
        Tuple.of(
            tenant.value(), Rows.time(now), Rows.time(before.createdAt()), before.id(), limit + 1);
    return Reads.list(pool, StreamTokenSql.LIVE, arguments, PgStreamTokens::token)
        .map(found -> page(found, limit));
  }

  /**
   * @param found one more than the page has, when there is another page
   */
  private static Page<LiveToken> page(List<LiveToken> found, int limit) {
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    List<LiveToken> tokens = found.subList(0, limit);
    return new Page<>(tokens, TokenCursor.after(tokens.get(limit - 1)));
  }

  private static LiveToken token(Row row) {
    return new LiveToken(
        row.getString("id"),
        row.getString("key_id"),
        TokenScopes.read(row),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "expires_at"));
  }

  private static BacklotException tooMany(int liveMax) {
    return new BacklotException(
        ErrorCode.TOO_MANY_TOKENS,
        "There are " + liveMax + " live tokens. Revoke some, or let some expire.");
  }
}
