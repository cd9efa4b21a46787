package dev.backlot.ledger;

import dev.backlot.config.ReconciliationConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.BillLooks;
import dev.backlot.port.BillLooks.CallSpan;
import dev.backlot.port.BillLooks.Look;
import dev.backlot.port.BillLooks.Phase;
import dev.backlot.port.BillLooks.Span;
import dev.backlot.port.BillingExports;
import dev.backlot.port.BillingExports.Book;
import dev.backlot.port.BillingExports.Page;
import dev.backlot.port.BillingExports.Window;
import dev.backlot.port.Membership;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the provider has billed an account with the books (promise P3), one UTC day at a
 * time, when the duty for the account is ours. The export is read to its end first, page by page,
 * and each page is stored with the place where it goes on: whoever comes after a crash goes on
 * there. Should two nodes be at it, what each writes is there once. Confined to one event loop.
 */
public final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  /** Longer than a page takes with its pause, so that each step can take the duty anew. */
  private static final Duration HOLD = Duration.ofMinutes(3);

  /** How long after an export that could not be read the account is left alone. */
  private static final Duration REST = Duration.ofMinutes(5);

  /** Age from which a cursor is not believed any more. */
  private static final Duration STALE = Duration.ofHours(6);

  /** How much later than its end here a task may be billed, over midnight. */
  private static final Duration MARGIN = Duration.ofHours(1);

  private final BillLooks looks;
  private final BillingExports exports;
  private final BookComparison comparison;
  private final Membership membership;
  private final NodeLease lease;
  private final ReconciliationConfig config;
  private final InstantSource clock;
  private final Function<Duration, Future<?>> pause;

  /** By account, at most one each. */
  private final Map<String, Instant> restsUntil = new HashMap<>();

  private @Nullable Instant installedAt;

  /**
   * @param pause waits on the event loop
   */
  public Reconciler(
      BillLooks looks,
      BillingExports exports,
      Membership membership,
      NodeLease lease,
      ReconciliationConfig config,
      InstantSource clock,
      Function<Duration, Future<?>> pause) {
    this.looks = looks;
    this.exports = exports;
    this.comparison = new BookComparison(looks, lease, clock);
    this.membership = membership;
    this.lease = lease;
    this.config = config;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * One look at one day of the account, if one is due.
   *
   * @return whether another day may be due
   */
  public Future<Boolean> runOnce(String account) {
    Instant rests = restsUntil.get(account);
    if (!lease.isHeld() || (rests != null && clock.instant().isBefore(rests))) {
      return Future.succeededFuture(false);
    }
    return hold(account)
        .compose(ours -> ours ? installed() : Future.succeededFuture())
        .compose(since -> since == null ? Future.succeededFuture(false) : look(account, since));
  }

  /** An operator does not want to wait for a rest to end. */
  void endRest(String account) {
    restsUntil.remove(account);
  }

  private Future<Boolean> hold(String account) {
    return membership.holdDuty(
        lease, BillLooks.duty(account), HOLD.plus(config.requestInterval().multipliedBy(2)));
  }

  private Future<@Nullable Instant> installed() {
    return installedAt != null
        ? Future.succeededFuture(installedAt)
        : looks.installedAt().onSuccess(at -> installedAt = at).map(at -> at);
  }

  private Future<Boolean> look(String account, Instant since) {
    Instant now = clock.instant();
    return looks
        .next(lease, account, span(since, now), now)
        .compose(look -> look.isEmpty() ? Future.succeededFuture(false) : go(look.get(), since));
  }

  private Span span(Instant since, Instant now) {
    LocalDate oldest = day(now.minus(config.lookBack()));
    LocalDate installed = day(since);
    LocalDate lastComplete = day(now.minus(config.lag()).minus(MARGIN)).minusDays(1);
    return new Span(
        oldest.isBefore(installed) ? installed : oldest,
        lastComplete,
        now.minus(config.every()),
        now.minus(STALE));
  }

  private Future<Boolean> go(Look look, Instant since) {
    return look.phase() == Phase.BOOKS ? compare(look) : read(look, since);
  }

  private Future<Boolean> read(Look look, Instant since) {
    Window window = window(look, since);
    return exports
        .read(window, look.cursor())
        .compose(
            page ->
                page instanceof Page.Read read
                    ? keep(look, window, read)
                        .compose(ours -> ours ? goOn(after(look, read), since) : stopped())
                    : putOff(look, (Page.Unread) page));
  }

  private Window window(Look look, Instant since) {
    Instant from = start(look.day());
    Instant until = end(look.day()).plus(MARGIN);
    return new Window(
        look.account(),
        look.phase() == Phase.PACKAGE ? Book.PACKAGE : Book.BALANCE,
        from.isBefore(since) ? since : from,
        until.isAfter(look.begunAt()) ? look.begunAt() : until,
        config.page());
  }

  private Future<Boolean> keep(Look look, Window window, Page.Read page) {
    List<BillRow> rows =
        page.rows().stream()
            .filter(row -> !row.at().isBefore(window.from()) && row.at().isBefore(window.until()))
            .toList();
    return looks.keep(lease, rows, page.unreadable(), after(look, page), clock.instant());
  }

  private static Look after(Look look, Page.Read page) {
    Phase next = look.phase() == Phase.PACKAGE ? Phase.BALANCE : Phase.BOOKS;
    return new Look(
        look.account(),
        look.day(),
        look.number(),
        page.next() == null ? next : look.phase(),
        page.next(),
        look.begunAt());
  }

  private Future<Boolean> goOn(Look look, Instant since) {
    return pause
        .apply(config.requestInterval())
        .compose(waited -> hold(look.account()))
        .compose(ours -> ours ? go(look, since) : stopped());
  }

  /** It goes on where it was, after a while; a cursor that was refused is worth nothing. */
  private Future<Boolean> putOff(Look look, Page.Unread page) {
    restsUntil.put(look.account(), clock.instant().plus(REST));
    LOG.atInfo()
        .addKeyValue("account", look.account())
        .addKeyValue("day", look.day())
        .addKeyValue("reason", page.why().reason())
        .log("a billing export could not be read; it is tried again later");
    boolean refused = page.why().code() == ErrorCode.PROVIDER_REJECTED && look.cursor() != null;
    return (refused ? looks.drop(lease, look) : Future.succeededFuture()).map(false);
  }

  private Future<Boolean> compare(Look look) {
    Instant from = start(look.day());
    Instant until = end(look.day());
    Instant begun = look.begunAt();
    Instant listedBy = begun.minus(config.lag());
    boolean isComplete = !begun.isBefore(until.plus(MARGIN).plus(config.lag()));
    CallSpan calls = new CallSpan(from, until, config.callTolerance(), listedBy, isComplete);
    return comparison
        .run(
            look,
            from.minus(config.reach()),
            until.plus(MARGIN),
            listedBy,
            () -> hold(look.account()))
        .compose(ours -> ours ? looks.compareCalls(lease, look, calls, clock.instant()) : stopped())
        .compose(
            ours ->
                ours
                    ? looks.finish(
                        lease,
                        look,
                        isComplete,
                        !begun.isBefore(until.plus(config.lookBack())),
                        clock.instant())
                    : stopped())
        .onSuccess(ours -> log(look, ours));
  }

  private static void log(Look look, boolean finished) {
    LOG.atInfo()
        .addKeyValue("account", look.account())
        .addKeyValue("day", look.day())
        .log(finished ? "the bills of a day were compared" : "another node goes on with a look");
  }

  private static Future<Boolean> stopped() {
    return Future.succeededFuture(false);
  }

  private static LocalDate day(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private static Instant end(LocalDate day) {
    return start(day.plusDays(1));
  }
}
