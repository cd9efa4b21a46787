package dev.backlot.ops;

import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.node.CommitGate;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Alerts;
import dev.backlot.port.BillDays;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Durability;
import dev.backlot.port.EventLog;
import dev.backlot.port.Jobs;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.Strays;
import dev.backlot.port.WebhookQueue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes every sample, on a timer and never per scrape: however many scrape, the database is read
 * once an interval. Confined to one event loop.
 */
public final class Sampler {
  private final MeterRegistry registry;
  private final LongSupplier ticker;
  private final List<Sample> samples = new ArrayList<>();
  private final Counter failures;

  /**
   * @param ticker nanoseconds of a monotonic clock
   */
  public Sampler(MeterRegistry registry, LongSupplier ticker) {
    this.registry = registry;
    this.ticker = ticker;
    failures =
        Counter.builder("backlot.sample.failures")
            .description("Samples that could not be taken: the gauges show an older state")
            .register(registry);
  }

  public Sampler jobs(Jobs jobs) {
    return with(new PacedSample(Samples.jobs(registry, jobs), ticker));
  }

  public Sampler slots(Dispatches dispatches) {
    return with(Samples.slots(registry, dispatches));
  }

  public Sampler strays(Strays strays) {
    return with(new PacedSample(Samples.strays(registry, strays), ticker));
  }

  public Sampler bills(BillDays days, InstantSource clock) {
    return with(new PacedSample(BillSamples.of(registry, days, clock), ticker));
  }

  public Sampler credits(CreditLedger ledger) {
    return with(Samples.credits(registry, ledger));
  }

  public Sampler provider(ProviderHealth health) {
    return with(Samples.provider(registry, health));
  }

  public Sampler alerts(Alerts alerts) {
    return with(Samples.alerts(registry, alerts));
  }

  /**
   * @param tail the position up to which this node's live screens have read
   */
  public Sampler log(EventLog log, LongSupplier tail) {
    return with(Samples.log(registry, log, tail));
  }

  public Sampler webhooks(WebhookQueue queue) {
    return with(new PacedSample(Samples.webhooks(registry, queue), ticker));
  }

  public Sampler durability(Durability durability) {
    return with(Samples.durability(registry, durability));
  }

  /**
   * @param refusal why a newer catalog was refused, if so
   */
  public Sampler catalog(Supplier<Catalog> current, Supplier<Optional<String>> refusal) {
    return with(Samples.catalog(registry, current, refusal));
  }

  /** Needs no sample: it is asked on every scrape, from memory. */
  public Sampler lease(NodeLease lease) {
    Gauge.builder("backlot.lease.held", lease, held -> held.isHeld() ? 1 : 0)
        .description("1 while this node may act for the jobs it owns")
        .strongReference(true)
        .register(registry);
    return this;
  }

  /** Asked on every scrape, from memory. */
  public Sampler commits(CommitGate gate) {
    Gauge.builder("backlot.database.commits.wait", gate, commits -> commits.isShut() ? 1 : 0)
        .description("1 while commits would wait for a synchronous standby that does not answer")
        .strongReference(true)
        .register(registry);
    return this;
  }

  /**
   * Asked on every scrape, from memory.
   *
   * @param open sockets and event streams of this node
   * @param waiting bytes that wait for slow readers
   * @param crowdedOut how many were refused because their tenant had its fill
   */
  public Sampler sockets(IntSupplier open, LongSupplier waiting, LongSupplier crowdedOut) {
    Gauge.builder("backlot.stream.sockets", open, IntSupplier::getAsInt)
        .description("Sockets and event streams of this node")
        .strongReference(true)
        .register(registry);
    Gauge.builder("backlot.stream.waiting.bytes", waiting, LongSupplier::getAsLong)
        .description("What waits for slow readers of this node")
        .strongReference(true)
        .register(registry);
    FunctionCounter.builder("backlot.stream.crowded.out", crowdedOut, LongSupplier::getAsLong)
        .description("Connections that were refused because their tenant had its fill")
        .register(registry);
    return this;
  }

  /**
   * Asked on every scrape, from memory.
   *
   * @param members how many nodes this one sees, itself included; 0 when it is not clustered
   * @param registrations how many of its consumers the others know; never grows with the load
   */
  public Sampler cluster(IntSupplier members, IntSupplier registrations) {
    Gauge.builder("backlot.cluster.members", members, IntSupplier::getAsInt)
        .description("Nodes that this one sees, itself included; 0 when it is not clustered")
        .strongReference(true)
        .register(registry);
    Gauge.builder("backlot.cluster.registrations", registrations, IntSupplier::getAsInt)
        .description("Consumers of this node that the cluster knows; the same for any load")
        .strongReference(true)
        .register(registry);
    return this;
  }

  /**
   * Asked on every scrape, from memory.
   *
   * @param taken bytes of large request bodies that this node holds now
   */
  public Sampler largeBodies(LongSupplier taken) {
    Gauge.builder("backlot.large.bodies.bytes", taken, LongSupplier::getAsLong)
        .description("Bytes of large request bodies in memory, of http.large-bodies.budget")
        .strongReference(true)
        .register(registry);
    return this;
  }

  /** One round. Never fails: a sample that does is counted, and the others are taken. */
  public Future<Void> runOnce() {
    List<Future<?>> taken = new ArrayList<>();
    samples.forEach(sample -> taken.add(sample.take().onFailure(failure -> failures.increment())));
    return Future.join(taken).mapEmpty().recover(counted -> Future.succeededFuture()).mapEmpty();
  }

  private Sampler with(Sample sample) {
    samples.add(sample);
    return this;
  }
}
