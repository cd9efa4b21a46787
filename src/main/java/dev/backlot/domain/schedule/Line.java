package dev.backlot.domain.schedule;

import dev.backlot.domain.schedule.QueuePlace.Account;
import dev.backlot.domain.schedule.QueuePlace.Bound;
import dev.backlot.domain.schedule.QueuePlace.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Jobs that wait for the same slots, up to one of them. It stands in up to four such lines at the
 * same time and starts when it has come to the front of each: with everybody in the line for the
 * slots of its class, which all accounts of its pool serve; with those that only the same accounts
 * may run, in the line for their slots; with its tenant's jobs for those that its tenant may hold,
 * and with those of its batch for those that its batch may hold. Pure.
 *
 * @param turns given in this line until the job's own has come, which is among them
 * @param late those of the turns that are given to jobs that are not due before the job is, which
 *     is among them
 * @param slots that the line is served by; 0 when there are none at this moment
 * @param busy those in use; more than there are when there were more before
 */
record Line(int turns, int late, int slots, int busy) {

  /**
   * The line for the slots of its class first. A limit that is not set, is no line.
   *
   * @param mayCreate whether an account may be used now; when none may, all are taken to be usable
   */
  static List<Line> of(QueuePlace place, Predicate<String> mayCreate) {
    double besideBatches = share(place.batchWeight(), place.otherBatches());
    double besideTenants = share(place.weight(), place.others());
    int ripening = place.ripening().all();
    List<Line> lines = new ArrayList<>();
    lines.add(
        of(
            place,
            besideBatches * besideTenants,
            place.queued() + ripening,
            usable(ofPool(place), mayCreate, Account::ceiling),
            usable(ofPool(place), mayCreate, Account::inFlight)));
    addBound(lines, place, mayCreate);
    addLimit(lines, place, besideBatches, place.own() + ripening, place.tenantLimit());
    addLimit(lines, place, 1, Integer.MAX_VALUE, place.batchLimit());
    return lines;
  }

  private static void addBound(List<Line> lines, QueuePlace place, Predicate<String> mayCreate) {
    Bound bound = place.bound();
    if (bound != null) {
      int late = place.due() ? 1 : bound.ahead() + 1;
      lines.add(
          new Line(
              bound.ahead() + 1,
              late,
              usable(place.accounts(), mayCreate, Account::ceiling),
              usable(place.accounts(), mayCreate, Account::inFlight)));
    }
  }

  private static List<Account> ofPool(QueuePlace place) {
    Bound bound = place.bound();
    List<Account> others = bound == null ? List.of() : bound.others();
    return Stream.concat(place.accounts().stream(), others.stream()).toList();
  }

  private static void addLimit(
      List<Line> lines, QueuePlace place, double share, int waiting, Limit limit) {
    Integer most = limit.most();
    if (most != null) {
      lines.add(of(place, share, waiting, most, limit.inFlight()));
    }
  }

  /**
   * @param share turns of all that stand in the line for each of the job's own lane and batch
   * @param waiting in the line: no more can go first
   */
  private static Line of(QueuePlace place, double share, int waiting, int slots, int busy) {
    int ripeningAhead = place.ripening().ahead();
    double all = share * (place.ahead() + ripeningAhead + 1);
    int turns = (int) Math.min(Math.round(all), Math.max(1, waiting));
    int late = place.due() ? 1 : (int) Math.min(Math.round(share * (ripeningAhead + 1)), turns);
    return new Line(turns, late, slots, busy);
  }

  /** Turns that are given to all when one is given to those of weight {@code own}. */
  private static double share(int own, int others) {
    return (double) (own + others) / own;
  }

  private static int usable(
      List<Account> accounts, Predicate<String> mayCreate, ToIntFunction<Account> of) {
    boolean any = accounts.stream().anyMatch(account -> mayCreate.test(account.id()));
    return accounts.stream()
        .filter(account -> !any || mayCreate.test(account.id()))
        .mapToInt(of)
        .sum();
  }

  int free() {
    return Math.max(0, slots - busy);
  }
}
