package dev.backlot.simulator;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks of one task: in order, each after the first attempt at the one before, unless a
 * fault says otherwise. Event loop only. Holds a handful of callbacks: a task changes three or four
 * times.
 */
final class CallbackTrail {
  private final CallbackAddress address;
  private final List<FaultRule> marked;
  private final Deque<Callback> held = new ArrayDeque<>();
  private @Nullable String lastStatus;
  private Future<Void> last = Future.succeededFuture();

  /**
   * @param marked faults from the task's prompt
   */
  CallbackTrail(CallbackAddress address, List<FaultRule> marked) {
    this.address = address;
    this.marked = List.copyOf(marked);
  }

  CallbackAddress address() {
    return address;
  }

  List<FaultRule> marked() {
    return marked;
  }

  /** Whether the status differs from the one at the last call. */
  boolean isNews(String status) {
    boolean news = !status.equals(lastStatus);
    lastStatus = status;
    return news;
  }

  /** Keeps it for {@link #release}. */
  void hold(Callback callback) {
    held.push(callback);
  }

  /** What was held, latest first. */
  List<Callback> release() {
    List<Callback> released = new ArrayList<>(held);
    held.clear();
    return released;
  }

  /**
   * @param attempt completes in any case
   */
  void next(Supplier<Future<Void>> attempt) {
    last = last.transform(before -> attempt.get());
  }
}
