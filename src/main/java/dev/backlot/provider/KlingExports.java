package dev.backlot.provider;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.BillingExports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The billing exports of a fixed set of accounts, a page at a time. Shared by all event loops. */
final class KlingExports implements BillingExports {
  private static final Page NO_ACCOUNT =
      new Page.Unread(new TaskLookup.Unclear(ErrorCode.INTERNAL, "no such account"));

  private final Vertx vertx;
  private final Map<String, KlingAccount> accounts;
  private final Predicate<String> calls;
  private final Duration limit;

  /**
   * @param calls knows the names of calls that are answered at once and cost something
   * @param limit for one page
   */
  KlingExports(
      Vertx vertx, Map<String, KlingAccount> accounts, Predicate<String> calls, Duration limit) {
    this.vertx = vertx;
    this.accounts = accounts;
    this.calls = calls;
    this.limit = limit;
  }

  @Override
  public Future<Page> read(Window window, @Nullable String cursor) {
    KlingAccount account = accounts.get(window.account());
    if (account == null) {
      return Future.succeededFuture(NO_ACCOUNT);
    }
    String body = KlingPayloads.billing(window.from(), window.until(), window.limit(), cursor);
    Deadline deadline = Deadline.in(vertx, limit);
    return account
        .search(KlingBills.path(window.book()), body, deadline)
        .onComplete(done -> deadline.cancel())
        .map(reply -> KlingBills.page(reply, window.book(), calls, cursor))
        .otherwise(
            failure -> new Page.Unread(KlingClient.unclear(failure.getClass().getSimpleName())));
  }
}
