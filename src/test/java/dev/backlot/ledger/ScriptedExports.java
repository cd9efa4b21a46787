package dev.backlot.ledger;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.BillingExports;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An export of given rows, in pages; it can also refuse, or fail as a node that dies. */
final class ScriptedExports implements BillingExports {
  final List<BillRow> rows = new ArrayList<>();
  final List<Unreadable> unreadable = new ArrayList<>();

  /** Each page that was asked for, by its window and the place where it began. */
  final List<String> asked = new ArrayList<>();

  private final Deque<Optional<ErrorCode>> fates = new ArrayDeque<>();

  /** The pages that come next are given. */
  void give(int pages) {
    for (int i = 0; i < pages; i++) {
      fates.add(Optional.empty());
    }
  }

  /** The page behind those is refused. */
  void refuse(ErrorCode code) {
    fates.add(Optional.of(code));
  }

  @Override
  public Future<Page> read(Window window, @Nullable String cursor) {
    asked.add(window.book() + " " + (cursor == null ? "0" : cursor));
    Optional<ErrorCode> refusal = fates.isEmpty() ? Optional.empty() : fates.poll();
    if (refusal.isPresent()) {
      int code = refusal.get() == ErrorCode.PROVIDER_REJECTED ? 1201 : 1302;
      return Future.succeededFuture(
          new Page.Unread(new TaskLookup.Unclear(refusal.get(), "code " + code, code)));
    }
    List<BillRow> all =
        window.book() == Book.BALANCE
            ? List.of()
            : rows.stream()
                .filter(
                    row -> !row.at().isBefore(window.from()) && row.at().isBefore(window.until()))
                .toList();
    int from = cursor == null ? 0 : Integer.parseInt(cursor);
    int to = Math.min(all.size(), from + window.limit());
    List<Unreadable> odd = from == 0 && !all.isEmpty() ? unreadable : List.of();
    return Future.succeededFuture(
        new Page.Read(all.subList(from, to), odd, to < all.size() ? String.valueOf(to) : null));
  }
}
