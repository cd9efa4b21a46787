package dev.backlot.simulator;

import java.math.BigDecimal;

/** One accepted task. Event loop only. */
final class Task {
  private static final long RUNNING = -1;

  private final TaskPlan plan;
  private long endedAt = RUNNING;

  Task(TaskPlan plan) {
    this.plan = plan;
  }

  TaskPlan plan() {
    return plan;
  }

  TaskRequest request() {
    return plan.request();
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
