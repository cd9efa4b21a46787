package dev.backlot.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.LedgerAudited;
import dev.backlot.bus.Bus;
import dev.backlot.config.LedgerConfig;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.StoreFixture;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CreditTrackerTest {
  private static final LedgerConfig CONFIG = new LedgerConfig(Duration.ofMinutes(1));

  private final StoreFixture store = new StoreFixture();
  private final Bus bus = Bus.install(store.vertx);
  private final LinkedBlockingQueue<LedgerAudited> audits = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() throws Exception {
    StoreFixture.await(bus.subscribe(Addresses.LEDGER_AUDITED, audits::add));
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private void audit(NodeLease lease) throws Exception {
    PgCreditLedger ledger = new PgCreditLedger(store.vertx, store.database.pool(), new Random(1));
    StoreFixture.await(new CreditTracker(ledger, store.membership, lease, bus, CONFIG).runOnce());
  }

  private LedgerAudited published() throws InterruptedException {
    return audits.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void books_that_balance_are_told_to_balance() throws Exception {
    store.slots(1);
    store.job();

    audit(store.node("one"));

    assertThat(published()).isEqualTo(new LedgerAudited(0));
  }

  @Test
  void every_identity_that_does_not_hold_is_told() throws Exception {
    store.database.execute("UPDATE balance SET available = available + 1");

    audit(store.node("one"));

    assertThat(published()).isEqualTo(new LedgerAudited(1));
  }

  @Test
  void one_node_audits_for_all() throws Exception {
    audit(store.node("one"));
    audit(store.node("two"));
    NodeLease gone = store.node("three");
    gone.lost();
    audit(gone);

    LedgerAudited last = new LedgerAudited(99);
    bus.publish(Addresses.LEDGER_AUDITED, last);
    assertThat(published()).isEqualTo(new LedgerAudited(0));
    assertThat(published()).isEqualTo(last);
  }
}
