package dev.backlot.alerting;

import dev.backlot.alerting.AlertSource.Sighting;
import dev.backlot.config.AlertingConfig;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.alert.AlertWindow;
import dev.backlot.port.AlertSink;
import dev.backlot.port.Alerts;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.GivenUpWebhooks;
import dev.backlot.port.NodeReports;
import dev.backlot.port.Orphans;
import dev.backlot.port.Outcomes;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every source, moves the alerts and tells the sink. What is open is kept in the store, so
 * a restart in the middle neither rings twice nor forgets; the sliding windows are memory, and
 * start anew with what is open. Confined to one event loop, one pass at a time.
 */
public final class AlertEngine {
  private static final Logger LOG = LoggerFactory.getLogger(AlertEngine.class);

  private final List<AlertSource> sources;
  private final Alerts alerts;
  private final AlertSink sink;
  private final Supplier<UUID> ids;
  private final InstantSource clock;

  /** As many as the sources have subjects, plus the open alerts. This event loop only. */
  private final Map<Key, AlertWindow> windows = new HashMap<>();

  private record Key(String rule, String subject) {}

  private record Look(AlertRule rule, List<Sighting> found) {}

  AlertEngine(
      List<AlertSource> sources,
      Alerts alerts,
      AlertSink sink,
      Supplier<UUID> ids,
      InstantSource clock) {
    this.sources = List.copyOf(sources);
    this.alerts = alerts;
    this.sink = sink;
    this.ids = ids;
    this.clock = clock;
  }

  public static AlertEngine of(
      AlertingConfig config,
      NodeReports reports,
      CreditLedger ledger,
      Orphans orphans,
      Outcomes outcomes,
      GivenUpWebhooks webhooks,
      Alerts alerts,
      AlertSink sink,
      Supplier<UUID> ids,
      InstantSource clock) {
    return new AlertEngine(
        List.of(
            new BreakerOpen(config.breakerOpen(), reports),
            new AccountParked(config.accountParked(), reports),
            new LowCredit(config.lowCredit(), ledger),
            new OrphanTasks(config.orphans(), orphans, clock),
            new WebhookDisabled(config.webhookDisabled(), webhooks),
            new ErrorRate(config.errorRate(), outcomes, clock),
            new FailureSpike(config.failureSpike(), outcomes, clock)),
        alerts,
        sink,
        ids,
        clock);
  }

  /**
   * One evaluation. An alert is saved before anybody is told, so it is told at most once; a sink
   * that fails is logged.
   *
   * @return what changed
   */
  public Future<List<Alert>> runOnce() {
    return alerts
        .open()
        .compose(open -> look().map(sightings -> changes(open, sightings, clock.instant())))
        .compose(
            changed -> changed.isEmpty() ? Future.succeededFuture(changed) : alerts.save(changed))
        .compose(saved -> Future.join(saved.stream().map(this::tell).toList()).map(saved));
  }

  /** Another node evaluates now: what this one has seen would be stale when it comes back. */
  public void forget() {
    windows.clear();
  }

  private Future<List<Look>> look() {
    List<Future<Look>> looks =
        sources.stream()
            .map(source -> source.look().map(found -> new Look(source.rule(), found)))
            .toList();
    return Future.all(looks).map(all -> all.list());
  }

  private List<Alert> changes(List<Alert> open, List<Look> looks, Instant now) {
    Map<Key, Alert> openByKey = new HashMap<>();
    open.forEach(alert -> openByKey.put(new Key(alert.rule(), alert.subject()), alert));
    List<Alert> changes = new ArrayList<>();
    for (Look look : looks) {
      Map<Key, Sighting> sightings = withVanished(look, openByKey);
      sightings.forEach(
          (key, sighting) ->
              change(look.rule(), key, sighting, openByKey.get(key), now).ifPresent(changes::add));
    }
    return changes;
  }

  /** What was watched and is not seen any more is good again, and has to be looked at once more. */
  private Map<Key, Sighting> withVanished(Look look, Map<Key, Alert> open) {
    String rule = look.rule().name();
    Map<Key, Sighting> sightings = new HashMap<>();
    for (Key key : windows.keySet()) {
      if (key.rule().equals(rule)) {
        sightings.put(key, Sighting.gone(key.subject(), "No longer seen."));
      }
    }
    open.forEach(
        (key, alert) -> {
          if (key.rule().equals(rule)) {
            sightings.put(key, Sighting.gone(key.subject(), alert.summary()));
          }
        });
    look.found().forEach(found -> sightings.put(new Key(rule, found.subject()), found));
    return sightings;
  }

  private Optional<Alert> change(
      AlertRule rule, Key key, Sighting sighting, @Nullable Alert open, Instant now) {
    AlertWindow window = windows.computeIfAbsent(key, any -> window(rule, open, now));
    window.add(now, sighting.level());
    double mean = window.mean(now);
    if (open != null) {
      return rule.move(open, sighting.summary(), mean, sighting.level(), now);
    }
    if (sighting.isGone() && mean == 0) {
      windows.remove(key);
    }
    return rule.open(ids.get(), key.subject(), sighting.summary(), mean, now);
  }

  /**
   * What another evaluation has opened has been bad until now, or one good look by its successor
   * would resolve it.
   */
  private static AlertWindow window(AlertRule rule, @Nullable Alert open, Instant now) {
    AlertWindow window = new AlertWindow(rule.window());
    if (open != null) {
      window.add(now.minus(rule.window()), Math.nextUp(rule.fireAt()));
    }
    return window;
  }

  private Future<Void> tell(Alert alert) {
    boolean silent = alert.state() == AlertState.PENDING || alert.firedAt() == null;
    if (silent) {
      return Future.succeededFuture();
    }
    return sink.notify(alert)
        .onFailure(
            failure ->
                LOG.atWarn()
                    .setCause(failure)
                    .addKeyValue("rule", alert.rule())
                    .addKeyValue("subject", alert.subject())
                    .log("nobody could be told about an alert"));
  }
}
