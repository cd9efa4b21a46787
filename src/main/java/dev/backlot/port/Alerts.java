package dev.backlot.port;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.node.NodeLease;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Where alerts are kept, so that a restart or another node goes on where this one stopped. */
public interface Alerts {
  /** Whoever holds it evaluates, and moves alerts. */
  String DUTY = "alerting";

  /** Alerts that are pending or firing. */
  Future<List<Alert>> open();

  /**
   * What whoever looks now and then can tell of: alerts that fire, and those that had fired and
   * were resolved after a time.
   *
   * @param limit most; those that fire come first
   */
  Future<List<Alert>> toldOf(Instant resolvedAfter, int limit);

  /**
   * Stores the alerts' new states by compare-and-set: at most one open alert per rule and subject.
   * Nothing is stored for a node that does not hold {@link #DUTY} at that instant, by the
   * database's clock: what it has seen is old, and another may have moved them since.
   *
   * @return those that were really changed by this call, and so are this node's to notify
   */
  Future<List<Alert>> save(NodeLease evaluator, List<Alert> alerts);

  /**
   * Takes alerts that have fired or were resolved, and of which nobody outside was told. No other
   * call gets them before {@code until}; after that, unless they are told or put off by then, any.
   *
   * @param limit most, those that have waited for longest first
   * @param until later than the caller can still be telling them
   */
  Future<List<Alert>> claimUntold(int limit, Instant now, Instant until);

  /** Somebody was told of the alert in this state. */
  Future<Void> told(Alert alert);

  /**
   * Nobody could be told: again after a pause that doubles, from ten seconds to ten minutes.
   *
   * @param most tries, after which nobody is told
   * @return whether it is tried again
   */
  Future<Boolean> tellLater(Alert alert, int most, Instant now);
}
