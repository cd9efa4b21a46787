package dev.backlot.alerting;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Knows one duty, and whether it is ours. */
final class FakeMembership implements Membership {
  private final Semaphore questions = new Semaphore(0);
  private volatile boolean ours = true;

  void giveDutyAway() {
    ours = false;
  }

  /** Returns once somebody has asked for the duty this often. */
  void awaitQuestions(int count) throws InterruptedException {
    if (!questions.tryAcquire(count, 10, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody asked for the duty");
    }
  }

  @Override
  public Future<String> installation() {
    return Future.succeededFuture("testtest");
  }

  @Override
  public Future<Boolean> holdDuty(NodeLease lease, String duty, Duration duration) {
    questions.release();
    return Future.succeededFuture(ours);
  }

  @Override
  public Future<Long> register(NodeLease lease, String name) {
    return Future.succeededFuture(1L);
  }

  @Override
  public Future<Boolean> heartbeat(NodeLease lease) {
    return Future.succeededFuture(true);
  }

  @Override
  public Future<Integer> takeOver(NodeLease lease, int limit) {
    return Future.succeededFuture(0);
  }

  @Override
  public Future<Void> leave(NodeLease lease) {
    return Future.succeededFuture();
  }
}
