package dev.backlot.alerting;

import dev.backlot.alerting.AlertSource.Sighting;
import dev.backlot.domain.alert.AlertRule;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one source, and knows whether that works. A source that hangs is not asked again before
 * it has answered, so that each has one question under way at most. Confined to one event loop.
 */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final AlertSource source;
  private final Consumer<String> failed;
  private Future<List<Sighting>> asked = Future.succeededFuture(List.of());

  /** Without a success between them. */
  private int failures;

  /**
   * @param failed told the rule's name at each failure
   */
  Watch(AlertSource source, Consumer<String> failed) {
    this.source = source;
    this.failed = failed;
  }

  AlertRule rule() {
    return source.rule();
  }

  /** Whether the last look came to nothing. */
  boolean isFailing() {
    return failures > 0;
  }

  /**
   * Fails when the source does, or does not answer in time.
   *
   * @param late ends when it is no longer waited for
   */
  Future<List<Sighting>> look(Future<?> late) {
    if (!asked.isComplete()) {
      return Future.failedFuture("it has not answered an earlier question");
    }
    asked = ask();
    Promise<List<Sighting>> answer = Promise.promise();
    asked.onSuccess(answer::tryComplete).onFailure(answer::tryFail);
    late.onComplete(over -> answer.tryFail("it does not answer in time"));
    return answer.future();
  }

  /** The rule was evaluated. */
  void worked() {
    if (failures > 0) {
      LOG.atInfo()
          .addKeyValue("rule", rule().name())
          .addKeyValue("failures", failures)
          .log("an alert rule is evaluated again");
    }
    failures = 0;
  }

  /** The rule could not be evaluated. Logged the first time, and then ever more rarely. */
  void failed(Throwable failure) {
    failures++;
    failed.accept(rule().name());
    if (Integer.bitCount(failures) == 1) {
      LOG.atWarn()
          .setCause(failure)
          .addKeyValue("rule", rule().name())
          .addKeyValue("failures", failures)
          .log("an alert rule could not be evaluated");
    }
  }

  /** What throws at once fails like what fails later. */
  private Future<List<Sighting>> ask() {
    try {
      return source.look();
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }
}
