package dev.backlot.alerting;

import dev.backlot.alerting.AlertSource.Sighting;
import dev.backlot.config.AlertingConfig;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.alert.AlertWindow;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.AlertSink;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every source, moves the alerts and tells the sink, each rule by itself: one that cannot
 * be evaluated leaves its alerts as they are and the others alone, and is an alert of its own when
 * that lasts. What is open is kept in the store, so a restart in the middle neither rings twice nor
 * forgets; the sliding windows are memory, and start anew with what is open. Confined to one event
 * loop, one pass at a time.
 */
public final class AlertEngine {
  private static final Logger LOG = LoggerFactory.getLogger(AlertEngine.class);

  private final List<Watch> watches;
  private final Watch failing;
  private final Duration memory;
  private final Alerts alerts;
  private final AlertSink sink;
  private final Supplier<UUID> ids;
  private final InstantSource clock;

  /** As many as the sources have subjects, plus the open alerts. This event loop only. */
  private final Map<Key, AlertWindow> windows = new HashMap<>();

  private Instant lastPass = Instant.MIN;

  private record Key(String rule, String subject) {}

  /** One pass. */
  private record Evaluation(NodeLease evaluator, Future<?> late, Map<Key, Alert> open) {}

  /**
   * @param failed told the name of a rule each time that it could not be evaluated
   */
  public AlertEngine(
      AlertingConfig config,
      AlertInputs inputs,
      Alerts alerts,
      AlertSink sink,
      Supplier<UUID> ids,
      InstantSource clock,
      Consumer<String> failed) {
    this.watches =
        inputs.sources(config, clock).stream().map(source -> new Watch(source, failed)).toList();
    this.failing = new Watch(new RuleFailing(config.ruleFailing(), watches), failed);
    this.memory = config.dutyDuration();
    this.alerts = alerts;
    this.sink = sink;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * One evaluation. An alert is saved before anybody is told, so it is told at most once; a sink
   * that fails is logged.
   *
   * @param evaluator this node, which holds {@link Alerts#DUTY} or changes nothing
   * @param late ends when sources that have not answered are no longer waited for
   * @return what changed
   */
  Future<List<Alert>> runOnce(NodeLease evaluator, Future<?> late) {
    Instant now = clock.instant();
    if (lastPass.isBefore(now.minus(memory))) {
      forget();
    }
    lastPass = now;
    return alerts
        .open()
        .map(open -> new Evaluation(evaluator, late, byKey(open)))
        .compose(this::evaluateAll);
  }

  /** Another node evaluates now: what this one has seen would be stale when it comes back. */
  public void forget() {
    windows.clear();
  }

  private Future<List<Alert>> evaluateAll(Evaluation pass) {
    List<Future<List<Alert>>> all = new ArrayList<>();
    watches.forEach(watch -> all.add(evaluate(watch, pass)));
    // Only now is it known which of them fail.
    all.add(Future.join(all).transform(ended -> evaluate(failing, pass)));
    return Future.join(all)
        .map(ended -> ended.<List<Alert>>list().stream().flatMap(List::stream).toList());
  }

  /** A rule that cannot be looked at, or whose alerts cannot be saved, fails alone. */
  private Future<List<Alert>> evaluate(Watch watch, Evaluation pass) {
    return watch
        .look(pass.late())
        .map(found -> changes(watch.rule(), found, pass.open(), clock.instant()))
        .compose(changes -> save(pass.evaluator(), changes))
        .onSuccess(saved -> watch.worked())
        .onFailure(watch::failed)
        .otherwise(List.of())
        .compose(saved -> Future.join(saved.stream().map(this::tell).toList()).map(saved));
  }

  private Future<List<Alert>> save(NodeLease evaluator, List<Alert> changes) {
    return changes.isEmpty() ? Future.succeededFuture(changes) : alerts.save(evaluator, changes);
  }

  private static Map<Key, Alert> byKey(List<Alert> open) {
    Map<Key, Alert> byKey = new HashMap<>();
    open.forEach(alert -> byKey.put(new Key(alert.rule(), alert.subject()), alert));
    return byKey;
  }

  private List<Alert> changes(
      AlertRule rule, List<Sighting> found, Map<Key, Alert> open, Instant now) {
    List<Alert> changes = new ArrayList<>();
    withVanished(rule.name(), found, open)
        .forEach(
            (key, sighting) ->
                change(rule, key, sighting, open.get(key), now).ifPresent(changes::add));
    return changes;
  }

  /** What was watched and is not seen any more is good again, and has to be looked at once more. */
  private Map<Key, Sighting> withVanished(String rule, List<Sighting> found, Map<Key, Alert> open) {
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
    found.forEach(each -> sightings.put(new Key(rule, each.subject()), each));
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
