package dev.backlot.simulator;

import dev.backlot.config.SimulatorCallbacks;
import dev.backlot.config.SimulatorCallbacks.Changes;
import dev.backlot.config.SimulatorFault.Kind;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Tells the creator of a task of its changes (reference, section 10), as far as the fault plan lets
 * it. No task waits for that. At {@code waiting-max} callbacks on their way, one more is dropped
 * and counted. Event loop only.
 */
final class Callbacks {
  private final SimulatorCallbacks config;
  private final FaultPlan faults;
  private final Agenda agenda;
  private final CallbackJson json;
  private final CallbackCounts counts;
  private final CallbackSender sender;
  private final @Nullable CallbackSigner signer;
  private final CallbackSigner wrongSigner = CallbackSigner.wrong();
  private final long startedAt;
  private long lastId;
  private @Nullable Task lastTold;

  /**
   * @param clock what came before its time now was told by an earlier run, or never will be
   */
  Callbacks(
      SimulatorCallbacks config,
      FaultPlan faults,
      Agenda agenda,
      CallbackJson json,
      CallbackCounts counts,
      CallbackSender sender,
      SimulatorClock clock) {
    this.config = config;
    this.faults = faults;
    this.agenda = agenda;
    this.json = json;
    this.counts = counts;
    this.sender = sender;
    this.signer = CallbackSigner.of(config);
    this.startedAt = clock.millis();
    this.lastId = startedAt * 1_000;
  }

  /** The task may have changed at this moment. */
  void changed(Task task, long at) {
    CallbackTrail trail = task.callbacks();
    if (trail == null || !trail.isNews(task.status(at)) || at < startedAt) {
      return;
    }
    if (config.changes() == Changes.END && !task.hasEnded()) {
      return;
    }
    Mishaps mishaps = faults.onCallback(trail.marked(), at);
    forge(task, trail, mishaps, at);
    tell(task, trail, mishaps, at);
    lastTold = task;
  }

  Books.Callbacks books() {
    return counts.books();
  }

  /** Whether one waits for its moment on the agenda. */
  boolean isAnyWaiting() {
    return counts.waiting() > 0;
  }

  private void tell(Task task, CallbackTrail trail, Mishaps mishaps, long at) {
    if (mishaps.of(Kind.LOST) != null) {
      counts.lost();
      return;
    }
    JsonObject body = json.body(task, at, trail.address().origin());
    Callback callback = callback(task, trail, body);
    if (mishaps.of(Kind.MISSIGN) != null) {
      callback = callback.signedBy(wrongSigner);
    }
    if (mishaps.of(Kind.REORDER) != null && !task.hasEnded()) {
      hold(trail, callback);
      return;
    }
    Mishap late = mishaps.of(Kind.LATE);
    send(trail, callback, at, late);
    if (mishaps.of(Kind.DUPLICATE) != null) {
      send(trail, callback, at, late);
    }
    trail.release().forEach(held -> trail.next(() -> sender.send(held)));
  }

  private void forge(Task task, CallbackTrail trail, Mishaps mishaps, long at) {
    String origin = trail.address().origin();
    if (mishaps.of(Kind.FORGE_STATUS) != null) {
      sendForged(task, trail, json.otherStatus(task, at, origin), at);
    }
    if (mishaps.of(Kind.FORGE_TASK) != null) {
      Task other = lastTold == null ? task : lastTold;
      sendForged(task, trail, json.otherTask(task, at, origin, other), at);
    }
  }

  private void sendForged(Task task, CallbackTrail trail, JsonObject body, long at) {
    counts.forged();
    send(trail, callback(task, trail, body).signedBy(wrongSigner), at, null);
  }

  private void hold(CallbackTrail trail, Callback callback) {
    if (counts.enter(config.waitingMax())) {
      trail.hold(callback);
    }
  }

  private void send(CallbackTrail trail, Callback callback, long at, @Nullable Mishap late) {
    if (!counts.enter(config.waitingMax())) {
      return;
    }
    if (late == null) {
      trail.next(() -> sender.send(callback));
    } else {
      agenda.add(at + late.delay(), due -> sender.send(callback));
    }
  }

  private Callback callback(Task task, CallbackTrail trail, JsonObject body) {
    boolean signed = config.signLegacy() || !task.request().product().isLegacy();
    String id = Long.toString(++lastId);
    return new Callback(id, trail.address().url(), body.toBuffer(), signed ? signer : null);
  }
}
