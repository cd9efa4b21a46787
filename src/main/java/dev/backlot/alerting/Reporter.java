package dev.backlot.alerting;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.NodeReports;
import dev.backlot.port.NodeReports.Report;
import dev.backlot.port.ProviderHealth;
import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says what this node sees of the provider and what it offers, whoever evaluates: once, and again
 * when it has changed. Confined to one event loop, one pass at a time.
 */
public final class Reporter {
  private final NodeReports reports;
  private final ProviderHealth health;
  private final Supplier<String> offer;
  private final NodeLease lease;
  private @Nullable Report said;
  private long epoch;

  /**
   * @param offer of the catalog in force
   */
  public Reporter(
      NodeReports reports, ProviderHealth health, Supplier<String> offer, NodeLease lease) {
    this.reports = reports;
    this.health = health;
    this.offer = offer;
    this.lease = lease;
  }

  /** One pass. A node that joins again has said nothing yet. */
  Future<Void> runOnce() {
    Report now = Report.of(health, offer.get());
    long under = lease.epoch();
    if (!lease.isHeld() || (now.equals(said) && epoch == under)) {
      return Future.succeededFuture();
    }
    return reports
        .say(lease, now)
        .onSuccess(
            written -> {
              said = written ? now : null;
              epoch = under;
            })
        .mapEmpty();
  }
}
