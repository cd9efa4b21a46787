package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one product in the order of their time, and which call has each. What a call may have
 * is a range of them. So is whatever can be had by letting owners take other rows that they may
 * have, and theirs, and so on: such a search widens one range, and looks at no row by itself.
 */
final class RowLine {
  private final List<BillRow> rows;
  private final Duration tolerance;
  private final Map<Integer, Claim> owners = new HashMap<>();
  private final NavigableSet<Integer> free = new TreeSet<>();
  private final Map<Worth, NavigableSet<Integer>> freeOfWorth = new HashMap<>();
  private final Map<String, NavigableSet<Integer>> ofTask = new HashMap<>();

  /** How far to either side the owner of a row may go; the first rows are counted down from 0. */
  private final Largest lasts;

  private final Largest firsts;

  /** Not yet taken for good: what a search in vain has been to leads nobody else to a free row. */
  private final BitSet open = new BitSet();

  private record Worth(Asset asset, Credits amount) {}

  /**
   * @param first row that it may have
   * @param next first row that is not earlier than the call
   * @param last inclusive; before {@code first} for none
   */
  private record Claim(CallBill call, int first, int next, int last) {}

  /**
   * What can be had in so many steps.
   *
   * @param leftmost the row whose owner may go furthest back
   * @param rightmost the row whose owner may go furthest ahead
   */
  private record Reach(int first, int last, int leftmost, int rightmost) {
    boolean has(int row) {
      return first <= row && row <= last;
    }
  }

  /**
   * @param rows what was given back is nobody's bill, and is not among them
   */
  RowLine(List<BillRow> rows, Duration tolerance) {
    this.rows =
        rows.stream()
            .sorted(Comparator.comparing(BillRow::at).thenComparing(BillRow::key))
            .toList();
    this.tolerance = tolerance;
    this.lasts = new Largest(rows.size());
    this.firsts = new Largest(rows.size());
    open.set(0, rows.size());
    for (int n = 0; n < rows.size(); n++) {
      BillRow row = this.rows.get(n);
      free.add(n);
      freeOfWorth.computeIfAbsent(worth(row), worth -> new TreeSet<>()).add(n);
      ofTask.computeIfAbsent(row.taskId(), task -> new TreeSet<>()).add(n);
    }
  }

  /** For a call whose id the provider has told: nobody else gets its row any more. */
  void takeNamed(CallBill call) {
    NavigableSet<Integer> named =
        new TreeSet<>(ofTask.getOrDefault(call.taskId(), new TreeSet<>()));
    named.retainAll(free);
    named.stream()
        .min(Comparator.comparing((Integer n) -> !worth(rows.get(n)).equals(worth(call))))
        .ifPresent(
            row -> {
              owners.put(row, new Claim(call, row, row, row));
              forget(row);
            });
  }

  /** Takes a row that is free, if there is one. */
  boolean takeFree(CallBill call) {
    return takeFree(claim(call));
  }

  /**
   * Takes a row that is free, or whose owner can take another one, and so on; nobody who has one is
   * left without.
   */
  void takeAny(CallBill call) {
    Claim claim = claim(call);
    if (!takeFree(claim) && hasOpen(claim)) {
      makeRoom(claim);
    }
  }

  Map<CallBill, BillRow> owned() {
    Map<CallBill, BillRow> owned = new HashMap<>();
    owners.forEach((row, claim) -> owned.put(claim.call(), rows.get(row)));
    return owned;
  }

  private static Worth worth(BillRow row) {
    return new Worth(row.asset(), row.amount());
  }

  private static Worth worth(CallBill call) {
    return new Worth(call.asset(), call.booked());
  }

  private Claim claim(CallBill call) {
    return new Claim(
        call,
        firstFrom(call.sentAt().minus(tolerance)),
        firstFrom(call.sentAt()),
        firstFrom(call.closedAt().plus(tolerance).plusNanos(1)) - 1);
  }

  /** The first row that is not earlier; their number for none. */
  private int firstFrom(Instant at) {
    int from = 0;
    int to = rows.size();
    while (from < to) {
      int middle = (from + to) / 2;
      if (rows.get(middle).at().isBefore(at)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** One of the same amount before others. */
  private boolean takeFree(Claim claim) {
    Integer row = nearest(freeOfWorth.get(worth(claim.call())), claim);
    if (row == null) {
      row = nearest(free, claim);
    }
    if (row == null) {
      return false;
    }
    own(row, claim);
    forget(row);
    return true;
  }

  /** The first from the time of the call on, else the last before: most likely its own. */
  private static @Nullable Integer nearest(@Nullable NavigableSet<Integer> among, Claim claim) {
    if (among == null) {
      return null;
    }
    Integer later = among.ceiling(claim.next());
    if (later != null && later <= claim.last()) {
      return later;
    }
    Integer earlier = among.lower(claim.next());
    return earlier != null && earlier >= claim.first() ? earlier : null;
  }

  private boolean hasOpen(Claim claim) {
    int next = open.nextSetBit(claim.first());
    return next >= 0 && next <= claim.last();
  }

  private void makeRoom(Claim claim) {
    Deque<Reach> reaches = new ArrayDeque<>();
    Reach reach = reach(claim.first(), claim.last());
    while (true) {
      int first = Math.min(reach.first(), -firsts.at(reach.leftmost()));
      int last = Math.max(reach.last(), lasts.at(reach.rightmost()));
      if (first == reach.first() && last == reach.last()) {
        settle(first, last);
        return;
      }
      reaches.push(reach);
      Integer found = freeBeside(reach, first, last);
      if (found != null) {
        handOver(found, reaches, claim);
        return;
      }
      reach = reach(first, last);
    }
  }

  private Reach reach(int first, int last) {
    return new Reach(first, last, firsts.in(first, last), lasts.in(first, last));
  }

  private @Nullable Integer freeBeside(Reach reach, int first, int last) {
    Integer later = free.higher(reach.last());
    if (later != null && later <= last) {
      return later;
    }
    Integer earlier = free.lower(reach.first());
    return earlier != null && earlier >= first ? earlier : null;
  }

  /** Each takes the row that it wanted, and leaves its own to who wanted that. */
  private void handOver(int found, Deque<Reach> widestFirst, Claim claim) {
    int row = found;
    for (Reach reach : widestFirst) {
      if (!reach.has(row)) {
        int wantedBy = row > reach.last() ? reach.rightmost() : reach.leftmost();
        own(row, Objects.requireNonNull(owners.get(wantedBy)));
        row = wantedBy;
      }
    }
    own(row, claim);
    forget(found);
  }

  private void settle(int first, int last) {
    for (int row = open.nextSetBit(first);
        row >= 0 && row <= last;
        row = open.nextSetBit(row + 1)) {
      firsts.put(row, Largest.NONE);
      lasts.put(row, Largest.NONE);
    }
    open.clear(first, last + 1);
  }

  private void own(int row, Claim claim) {
    owners.put(row, claim);
    firsts.put(row, -claim.first());
    lasts.put(row, claim.last());
  }

  private void forget(int row) {
    free.remove(row);
    Objects.requireNonNull(freeOfWorth.get(worth(rows.get(row)))).remove(row);
  }
}
