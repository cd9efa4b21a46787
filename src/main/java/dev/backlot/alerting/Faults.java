package dev.backlot.alerting;

import dev.backlot.domain.ErrorKind;
import dev.backlot.port.Outcomes.Tally;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Counts ends of jobs. What a caller got wrong, or a content policy refused, is no fault. Pure. */
final class Faults {
  private static final Set<ErrorKind> NONE_OF_OURS =
      EnumSet.of(ErrorKind.CALLER, ErrorKind.CONTENT);

  private Faults() {}

  /** Whether these failed for a reason that an operator can do something about. */
  static boolean areFaults(Tally tally) {
    return tally.error() != null && !NONE_OF_OURS.contains(tally.error().kind());
  }

  static int count(List<Tally> tallies, Predicate<Tally> which) {
    return tallies.stream().filter(which).mapToInt(Tally::jobs).sum();
  }
}
