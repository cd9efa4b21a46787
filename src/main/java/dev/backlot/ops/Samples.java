package dev.backlot.ops;

import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.Alerts;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.SlotUse;
import dev.backlot.port.Durability;
import dev.backlot.port.EventLog;
import dev.backlot.port.Jobs;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.ProviderHealth.Parked;
import dev.backlot.port.Strays;
import dev.backlot.port.WebhookQueue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** The samples of {@link Sampler}: which port gives which gauges. */
final class Samples {
  private static final List<String> BREAKER_STATES = List.of("closed", "half_open", "open");

  private Samples() {}

  /** Of the whole installation: every node reports the same. */
  static Sample jobs(MeterRegistry registry, Jobs jobs) {
    MultiGauge live = gauge(registry, "backlot.jobs.live", "Jobs that have not ended, by state");
    AtomicLong queued = registry.gauge("backlot.queue.depth", new AtomicLong());
    AtomicLong overdue = registry.gauge("backlot.jobs.overdue", new AtomicLong());
    return () ->
        Future.all(
            jobs.countLive()
                .onSuccess(
                    counts -> {
                      queued.set(counts.getOrDefault(JobState.QUEUED.text(), 0L));
                      replace(live, liveRows(counts));
                    }),
            jobs.countOverdue().onSuccess(overdue::set));
  }

  private static List<Row<?>> liveRows(Map<String, Long> counts) {
    return Arrays.stream(JobState.values())
        .filter(state -> !state.isTerminal())
        .map(JobState::text)
        .<Row<?>>map(state -> Row.of(Tags.of("state", state), counts.getOrDefault(state, 0L)))
        .toList();
  }

  static Sample slots(MeterRegistry registry, Dispatches dispatches) {
    MultiGauge inFlight =
        gauge(registry, "backlot.slots.in.flight", "Slots that attempts hold now");
    MultiGauge ceiling =
        gauge(registry, "backlot.slots.ceiling", "Slots that the provider was seen to allow");
    MultiGauge limit = gauge(registry, "backlot.slots.limit", "Slots that were purchased");
    return () ->
        dispatches
            .slotUse()
            .onSuccess(
                slots -> {
                  replace(inFlight, slotRows(slots, SlotUse::inFlight));
                  replace(ceiling, slotRows(slots, SlotUse::ceiling));
                  replace(limit, slotRows(slots, SlotUse::limit));
                });
  }

  private static List<Row<?>> slotRows(List<SlotUse> slots, ToIntFunction<SlotUse> value) {
    return slots.stream()
        .<Row<?>>map(
            slot ->
                Row.of(
                    Tags.of("account", slot.account(), "slot_class", slot.slotClass()),
                    value.applyAsInt(slot)))
        .toList();
  }

  /** Of the whole installation: every node reports the same. */
  static Sample strays(MeterRegistry registry, Strays strays) {
    MultiGauge gauge =
        gauge(registry, "backlot.strays", "Tasks that no job waits for, by kind and state");
    return () ->
        strays
            .counts()
            .onSuccess(
                counts ->
                    replace(
                        gauge,
                        counts.stream()
                            .<Row<?>>map(
                                count ->
                                    Row.of(
                                        Tags.of("kind", count.kind(), "state", count.state()),
                                        count.strays()))
                            .toList()));
  }

  /** Sums over the ledger, by asset and role; no tenant is named. */
  static Sample credits(MeterRegistry registry, CreditLedger ledger) {
    MultiGauge credits =
        gauge(
            registry,
            "backlot.credits",
            "Credits by asset and ledger role; spent rises as they are consumed");
    return () -> {
      List<Future<List<Row<?>>>> reads =
          Arrays.stream(Asset.values())
              .map(asset -> ledger.totals(asset).map(totals -> creditRows(asset, totals)))
              .toList();
      return Future.all(reads)
          .onSuccess(
              all ->
                  replace(
                      credits,
                      all.<List<Row<?>>>list().stream()
                          .flatMap(List::stream)
                          .collect(Collectors.toList())));
    };
  }

  private static List<Row<?>> creditRows(Asset asset, Map<String, Credits> totals) {
    List<Row<?>> rows = new ArrayList<>();
    totals.forEach(
        (role, amount) ->
            rows.add(
                Row.of(
                    Tags.of("asset", asset.text(), "role", role), amount.value().doubleValue())));
    return rows;
  }

  /** One gauge per breaker and state, 1 for the state it is in. */
  static Sample provider(MeterRegistry registry, ProviderHealth health) {
    MultiGauge breakers =
        gauge(registry, "backlot.breaker", "Circuit breakers of this node, by state");
    MultiGauge parked =
        gauge(
            registry,
            "backlot.account.parked",
            "1 while an account, or one pack of it, waits for its operator");
    return () -> {
      List<Row<?>> states = new ArrayList<>();
      for (var breaker : health.breakers()) {
        for (String state : BREAKER_STATES) {
          Tags tags = Tags.of("account", breaker.account(), "guard", breaker.guard());
          states.add(Row.of(tags.and("state", state), breaker.state().equals(state) ? 1 : 0));
        }
      }
      replace(breakers, states);
      replace(parked, health.parked().stream().<Row<?>>map(each -> Row.of(tags(each), 1)).toList());
      return Future.succeededFuture();
    };
  }

  /** Without a pack when it is the whole account: Prometheus takes an empty label for none. */
  private static Tags tags(Parked parked) {
    String pack = parked.pack();
    return Tags.of("account", parked.account(), "pack", pack == null ? "" : pack);
  }

  /**
   * @param tail how far this node's live screens have read
   */
  static Sample log(MeterRegistry registry, EventLog log, LongSupplier tail) {
    AtomicLong head = registry.gauge("backlot.log.position", new AtomicLong());
    Gauge.builder("backlot.log.tail.lag", head, at -> Math.max(0, at.get() - tail.getAsLong()))
        .description("Events that are committed and not yet told to this node's subscribers")
        .strongReference(true)
        .register(registry);
    return () -> log.head().onSuccess(head::set);
  }

  /** Of the whole installation: every node reports the same. */
  static Sample webhooks(MeterRegistry registry, WebhookQueue queue) {
    AtomicLong waiting = registry.gauge("backlot.webhook.waiting", new AtomicLong());
    AtomicLong lag = registry.gauge("backlot.webhook.lag", new AtomicLong());
    AtomicLong disabled = registry.gauge("backlot.webhook.disabled", new AtomicLong());
    return () ->
        queue
            .counts()
            .onSuccess(
                counts -> {
                  waiting.set(counts.waiting());
                  lag.set(counts.lag());
                  disabled.set(counts.disabled());
                });
  }

  static Sample durability(MeterRegistry registry, Durability durability) {
    AtomicLong kept = new AtomicLong(1);
    Gauge.builder("backlot.database.durable", kept, AtomicLong::get)
        .description("1 while the database keeps commits as database.failover promises")
        .strongReference(true)
        .register(registry);
    return () ->
        durability.shortcomings().onSuccess(missing -> kept.set(missing.isEmpty() ? 1 : 0));
  }

  static Sample catalog(
      MeterRegistry registry, Supplier<Catalog> current, Supplier<Optional<String>> refusal) {
    MultiGauge info = gauge(registry, "backlot.catalog.info", "1, with the versions in force");
    Gauge.builder("backlot.catalog.refused", () -> refusal.get().isPresent() ? 1 : 0)
        .description("1 while a newer catalog is refused: the log and the readiness body say why")
        .strongReference(true)
        .register(registry);
    return () -> {
      Catalog catalog = current.get();
      Tags versions = Tags.of("capabilities", catalog.version(), "prices", catalog.priceVersion());
      replace(info, List.of(Row.of(versions, 1)));
      return Future.succeededFuture();
    };
  }

  static Sample alerts(MeterRegistry registry, Alerts alerts) {
    MultiGauge open = gauge(registry, "backlot.alerts.open", "Alerts by rule and state");
    return () ->
        alerts
            .open()
            .onSuccess(
                found ->
                    replace(
                        open,
                        found.stream()
                            .collect(
                                Collectors.groupingBy(
                                    alert ->
                                        Tags.of(
                                            "rule", alert.rule(), "state", alert.state().text()),
                                    Collectors.counting()))
                            .entrySet()
                            .stream()
                            .<Row<?>>map(count -> Row.of(count.getKey(), count.getValue()))
                            .toList()));
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
    return MultiGauge.builder(name).description(description).register(registry);
  }

  /** Rows that are not given any more disappear. */
  private static void replace(MultiGauge gauge, List<Row<?>> rows) {
    gauge.register(rows, true);
  }
}
