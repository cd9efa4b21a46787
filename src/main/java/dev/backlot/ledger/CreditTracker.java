package dev.backlot.ledger;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.LedgerAudited;
import dev.backlot.bus.Bus;
import dev.backlot.config.LedgerConfig;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Membership;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits the ledger: every identity of promise P3, by whichever node holds the duty. A violation is
 * a defect; it is logged with its figures, and their number is published on the bus.
 */
public final class CreditTracker {
  private static final Logger LOG = LoggerFactory.getLogger(CreditTracker.class);
  private static final String DUTY = "ledger-audit";

  private final CreditLedger ledger;
  private final Membership membership;
  private final NodeLease lease;
  private final Bus bus;
  private final LedgerConfig config;

  public CreditTracker(
      CreditLedger ledger, Membership membership, NodeLease lease, Bus bus, LedgerConfig config) {
    this.ledger = ledger;
    this.membership = membership;
    this.lease = lease;
    this.bus = bus;
    this.config = config;
  }

  /** One audit, when the duty is ours. */
  public Future<Void> runOnce() {
    if (!lease.isHeld()) {
      return Future.succeededFuture();
    }
    return membership
        .holdDuty(lease, DUTY, config.audit().multipliedBy(2))
        .compose(ours -> ours ? audit() : Future.succeededFuture());
  }

  private Future<Void> audit() {
    return ledger.violations().map(this::report).mapEmpty();
  }

  private List<String> report(List<String> violations) {
    violations.forEach(
        violation ->
            LOG.atError().addKeyValue("violation", violation).log("the ledger does not balance"));
    bus.publish(Addresses.LEDGER_AUDITED, new LedgerAudited(violations.size()));
    return violations;
  }
}
