package dev.backlot.intake;

import dev.backlot.bus.Bus;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.port.Admissions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place of a node where jobs are stored, on one event loop: more writers would gain nothing
 * and fight over balance rows. Deploy it once.
 */
public final class IntakeVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(IntakeVerticle.class);

  private final Admissions admissions;
  private final Bus bus;
  private final IntakeConfig config;
  private final Duration patience;
  private final InstantSource clock;
  private final Promise<Void> drained = Promise.promise();

  /** Submissions without an answer: any thread. */
  private final AtomicInteger unanswered = new AtomicInteger();

  /** Set while submissions are taken: any thread. */
  private volatile @Nullable Running running;

  private record Running(Context loop, Intake intake) {}

  /**
   * @param patience longest that a submission waits until its group is sent
   */
  public IntakeVerticle(
      Admissions admissions, Bus bus, IntakeConfig config, Duration patience, InstantSource clock) {
    this.admissions = admissions;
    this.bus = bus;
    this.config = config;
    this.patience = patience;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    running = new Running(context, new Intake(admissions, bus, config, patience, clock));
    return Future.succeededFuture();
  }

  /** Takes nothing more and waits for the answers to what it has, within the drain time-out. */
  @Override
  public Future<?> stop() {
    running = null;
    if (unanswered.get() == 0) {
      return Future.succeededFuture();
    }
    Future<Void> tooLong = vertx.timer(config.drainTimeout().toMillis()).mapEmpty();
    return Future.any(drained.future(), tooLong)
        .onSuccess(
            done ->
                LOG.atInfo().addKeyValue("unanswered", unanswered.get()).log("intake has stopped"));
  }

  /**
   * Stores one submission. Callable from any thread; the future completes on the event loop of the
   * caller. Fails with {@code OVERLOADED} at the bound, and while this verticle is not running.
   */
  public Future<Admission> submit(Submission submission) {
    Running now = running;
    if (now == null || unanswered.incrementAndGet() > config.maxWaiting()) {
      if (now != null) {
        answered();
      }
      return Future.failedFuture(Intake.overloaded());
    }
    if (!submission.parts().isEmpty()) {
      return now.intake().submitAlone(submission).onComplete(stored -> answered());
    }
    Context caller = vertx.getOrCreateContext();
    Promise<Admission> answer = Promise.promise();
    now.loop()
        .runOnContext(
            hop ->
                now.intake()
                    .submit(submission)
                    .onComplete(
                        stored -> {
                          answered();
                          caller.runOnContext(back -> answer.handle(stored));
                        }));
    return answer.future();
  }

  /** How many submissions have no answer yet, for metrics. Any thread. */
  public int unanswered() {
    return unanswered.get();
  }

  private void answered() {
    if (unanswered.decrementAndGet() == 0 && running == null) {
      drained.tryComplete();
    }
  }
}
