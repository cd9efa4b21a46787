package dev.backlot.simulator;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One accepted task, or a call that was answered. Event loop only. */
final class Task {
  private static final long RUNNING = -1;

  private final TaskPlan plan;
  private final @Nullable CallbackTrail callbacks;
  private long endedAt = RUNNING;
  private boolean deleted;

  /**
   * @param onCallbacks what goes wrong with its callbacks
   */
  Task(TaskPlan plan, List<FaultRule> onCallbacks) {
    this.plan = plan;
    CallbackAddress address = plan.request().callback();
    this.callbacks = address == null ? null : new CallbackTrail(address, onCallbacks);
  }

  /** Null when nobody wants any. */
  @Nullable CallbackTrail callbacks() {
    return callbacks;
  }

  TaskPlan plan() {
    return plan;
  }

  TaskRequest request() {
    return plan.request();
  }

  /** Whether it was over at once, and is no task for anybody who asks. */
  boolean isCall() {
    return request().product().isCall();
  }

  String id() {
    return Long.toString(plan.number());
  }

  String externalId() {
    String id = request().externalId();
    return id == null ? "" : id;
  }

  void end(long at) {
    endedAt = at;
  }

  /** What it has made is gone. */
  void delete() {
    deleted = true;
  }

  boolean isDeleted() {
    return deleted;
  }

  boolean hasEnded() {
    return endedAt != RUNNING;
  }

  boolean hasSucceeded() {
    return hasEnded() && plan.failure().isEmpty();
  }

  boolean isVisible(long now) {
    return now >= plan.visibleAt();
  }

  /** Status word of the legacy dialect. */
  String status(long now) {
    if (hasEnded()) {
      return plan.failure().isEmpty() ? "succeed" : "failed";
    }
    OddStatus odd = plan.oddStatus();
    if (odd != null && now < odd.until()) {
      return odd.word();
    }
    return now >= plan.startsAt() ? "processing" : "submitted";
  }

  long updatedAt(long now) {
    if (hasEnded()) {
      return endedAt;
    }
    return now >= plan.startsAt() ? plan.startsAt() : plan.createdAt();
  }

  /** Units billed so far. */
  BigDecimal billed() {
    return hasEnded() ? plan.billed() : BigDecimal.ZERO;
  }

  BookedTask booked(long now) {
    TaskRequest request = request();
    return new BookedTask(
        id(),
        externalId(),
        request.product().label(),
        request.model(),
        request.mode(),
        request.seconds(),
        request.count(),
        request.product().pack().text(),
        status(now),
        plan.failure(),
        billed(),
        plan.createdAt(),
        hasEnded() ? endedAt : 0);
  }
}
