package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallState;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.call.ReconcileMark;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import dev.backlot.port.Calls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of one flight for each step. The guard of every step is in its statement, so of
 * two nodes that close a call one does and the other is told.
 */
public final class PgCalls implements Calls {
  private static final int PAGE_MAX = 200;
  private static final String NO_OUTPUTS = Rows.outputsText(List.of());

  private final Pool pool;
  private final PgTransactions transactions;

  public PgCalls(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Opening> open(NewCall call, Instant now) {
    UUID tenant = call.tenant().value();
    Price price = call.price();
    String asset = price == null ? null : price.asset().text();
    NewCall.Key key = call.key();
    return transactions.inOneFlight(
        tx -> {
          Tuple purse = Rows.arguments(tenant, asset);
          if (price != null) {
            tx.execute(CreditSql.LOCK_BALANCE, purse);
          }
          Future<RowSet<Row>> opened = tx.execute(CallSql.OPEN, arguments(call, asset, now));
          NewCall.Reply reply = call.reply();
          if (reply != null) {
            tx.execute(
                ClientReplySql.KEEP_CALL,
                Rows.arguments(call.id().value(), Rows.bytes(reply.digest())));
          }
          Future<RowSet<Row>> known =
              tx.execute(CallSql.WITH_KEY, Rows.arguments(tenant, key == null ? null : key.text()));
          return tx.execute(CallSql.AVAILABLE, purse)
              .compose(
                  available ->
                      known.compose(
                          same -> opened.map(rows -> opening(call, rows, same, available))));
        });
  }

  private static Tuple arguments(NewCall call, @Nullable String asset, Instant now) {
    Price price = call.price();
    NewCall.Key key = call.key();
    NewCall.Reply reply = call.reply();
    return Rows.arguments(
        call.id().value(),
        call.tenant().value(),
        call.keyId(),
        call.call(),
        call.account(),
        call.node().value(),
        call.epoch(),
        asset,
        Rows.numeric(price == null ? Credits.ZERO : price.amount()),
        call.priceVersion(),
        call.target(),
        key == null ? null : key.text(),
        key == null ? null : Rows.bytes(key.bodyDigest()),
        Rows.time(now),
        reply == null ? null : Rows.bytes(reply.digest()),
        reply == null ? null : Rows.timeOrNull(reply.unlessUnansweredSince()),
        reply == null ? new UUID[0] : reply.beside().toArray(UUID[]::new));
  }

  private static Opening opening(
      NewCall call, RowSet<Row> opened, RowSet<Row> known, RowSet<Row> available) {
    if (opened.size() > 0) {
      return new Opening.Opened(opened.iterator().next().getLong("public_number"));
    }
    NewCall.Key key = call.key();
    if (key != null && known.size() > 0) {
      Row row = known.iterator().next();
      Buffer digest = row.getBuffer("body_sha256");
      return digest != null && digest.equals(Rows.bytes(key.bodyDigest()))
          ? new Opening.Known(call(row))
          : new Opening.KeyReused();
    }
    Credits left =
        available.size() == 0
            ? Credits.ZERO
            : Rows.credits(available.iterator().next(), "available");
    Price price = call.price();
    return price == null || left.compareTo(price.amount()) >= 0
        ? new Opening.Repeated()
        : new Opening.TooLittleCredit(left);
  }

  @Override
  public Future<Boolean> close(CallId id, CallEnd end, Instant now) {
    return transactions.inOneFlight(
        tx -> tx.execute(CallSql.CLOSE, arguments(id, end, now)).map(rows -> rows.size() > 0));
  }

  private static Tuple arguments(CallId id, CallEnd end, Instant now) {
    if (end instanceof CallEnd.Succeeded succeeded) {
      Credits billed = succeeded.billed();
      return ending(
          id,
          CallState.SUCCEEDED,
          succeeded.sentAt(),
          billed == null ? null : billed.value(),
          succeeded.providerTaskId(),
          null,
          null,
          Rows.outputsText(succeeded.outputs()),
          succeeded.answer(),
          now);
    }
    if (end instanceof CallEnd.Failed failed) {
      return ending(
          id,
          CallState.FAILED,
          failed.sentAt(),
          null,
          null,
          code(failed.providerCode()),
          failed.error(),
          NO_OUTPUTS,
          null,
          now);
    }
    CallEnd.Unknown unknown = (CallEnd.Unknown) end;
    return ending(
        id,
        CallState.UNKNOWN,
        unknown.sentAt(),
        null,
        null,
        code(unknown.providerCode()),
        CallEnd.UNKNOWN,
        NO_OUTPUTS,
        null,
        now);
  }

  private static Tuple ending(
      CallId id,
      CallState state,
      @Nullable Instant sentAt,
      @Nullable BigDecimal billed,
      @Nullable String task,
      @Nullable Integer providerCode,
      @Nullable JobError error,
      String outputs,
      @Nullable String answer,
      Instant now) {
    return Rows.arguments(
        id.value(),
        state.text(),
        billed,
        task,
        providerCode,
        error == null ? null : error.code().number(),
        error == null ? null : error.detail(),
        outputs,
        answer,
        Rows.timeOrNull(sentAt),
        Rows.time(now));
  }

  private static @Nullable Integer code(int providerCode) {
    return providerCode == 0 ? null : providerCode;
  }

  @Override
  public Future<Void> tellLate(CallId id, @Nullable String providerTaskId, int providerCode) {
    return Reads.count(
            pool, CallSql.TELL_LATE, Rows.arguments(id.value(), providerTaskId, code(providerCode)))
        .mapEmpty();
  }

  @Override
  public Future<List<Abandoned>> abandoned(int limit) {
    return Reads.list(
        pool,
        CallSql.ABANDONED,
        Tuple.of(limit),
        row ->
            new Abandoned(
                new CallId(row.getUUID("id")),
                Rows.tenant(row, "tenant_id"),
                row.getString("call"),
                row.getString("account_id"),
                Rows.instant(row, "opened_at")));
  }

  @Override
  public Future<Optional<Call>> find(TenantId tenant, CallId id) {
    return Reads.list(pool, CallSql.FIND, Tuple.of(tenant.value(), id.value()), PgCalls::call)
        .map(calls -> calls.stream().findFirst());
  }

  @Override
  public Future<Page<Call>> list(TenantId tenant, @Nullable String cursor, int limit) {
    if (limit < 1 || limit > PAGE_MAX) {
      return Future.failedFuture(
          new IllegalArgumentException("a page has 1 to " + PAGE_MAX + " calls"));
    }
    UUID after;
    try {
      after = JobCursor.parse(cursor);
    } catch (BacklotException notOurs) {
      return Future.failedFuture(notOurs);
    }
    return Reads.list(pool, CallSql.LIST, Tuple.of(tenant.value(), after, limit + 1), PgCalls::call)
        .map(
            found -> {
              if (found.size() <= limit) {
                return new Page<>(found, null);
              }
              List<Call> calls = found.subList(0, limit);
              return new Page<>(
                  calls, JobCursor.after(new JobId(calls.get(limit - 1).id().value())));
            });
  }

  @Override
  public Future<Optional<String>> answer(TenantId tenant, CallId id) {
    return Reads.list(
            pool,
            CallSql.ANSWER,
            Tuple.of(tenant.value(), id.value()),
            row -> row.getString("answer"))
        .map(answers -> answers.stream().findFirst());
  }

  private static Call call(Row row) {
    String asset = row.getString("asset");
    String mark = row.getString("reconcile_mark");
    List<Output> outputs = Rows.outputs(row.getString("outputs"));
    return new Call(
        new CallId(row.getUUID("id")),
        Rows.tenant(row, "tenant_id"),
        row.getLong("public_number"),
        row.getString("key_id"),
        row.getString("call"),
        row.getString("account_id"),
        CallState.parse(row.getString("state")),
        asset == null ? null : Asset.parse(asset),
        Rows.credits(row, "amount"),
        Rows.creditsOrNull(row, "settled"),
        row.getString("price_version"),
        row.getString("target"),
        Rows.error(row),
        outputs,
        Rows.instant(row, "opened_at"),
        Rows.instantOrNull(row, "sent_at"),
        Rows.instantOrNull(row, "closed_at"),
        mark == null ? null : ReconcileMark.parse(mark));
  }
}
