package dev.backlot.provider;

import dev.backlot.config.ProviderConfig.Breaker;
import dev.backlot.port.ProviderHealth.BreakerView;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One circuit breaker around calls whose every ending is a value. It has no time-out and no retry
 * of its own: its time-out would drop answers that come later, and repeating is decided elsewhere.
 * Thread-safe.
 */
final class Guard {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  /** Carries an ending that counts as a fault through the breaker, which would lose it. */
  private static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Object ending;

    Fault(Object ending) {
      super("fault of the provider", null, false, false);
      this.ending = ending;
    }
  }

  private final String account;
  private final String name;
  private final CircuitBreaker breaker;
  private final AtomicInteger probes = new AtomicInteger();
  private final AtomicLong good = new AtomicLong();

  /**
   * @param changed told of every new state, on any thread, while the breaker is locked
   */
  Guard(Vertx vertx, String account, String name, Breaker config, Consumer<BreakerView> changed) {
    this.account = account;
    this.name = name;
    this.breaker =
        CircuitBreaker.create(
                account + "/" + name,
                vertx,
                new CircuitBreakerOptions()
                    .setMaxFailures(config.failures())
                    .setFailuresRollingWindow(config.window().toMillis())
                    .setResetTimeout(config.reset().toMillis())
                    .setTimeout(-1)
                    .setMaxRetries(0))
            .openHandler(now -> changed.accept(view()))
            .halfOpenHandler(now -> changed.accept(view()))
            .closeHandler(now -> changed.accept(view()));
  }

  /**
   * Calls, unless the breaker is open.
   *
   * @param isFault which endings count against the provider
   * @param open the ending while the breaker is open, or half-open with a probe under way: the call
   *     was not made
   * @param broken the ending of a call that failed, which none should: it may have been made
   */
  <T> Future<T> run(Supplier<Future<T>> call, Predicate<T> isFault, T open, T broken) {
    long goodBefore = good.get();
    boolean probing = breaker.state() == CircuitBreakerState.HALF_OPEN;
    if (probing) {
      probes.incrementAndGet();
    }
    return breaker
        .execute(() -> call.get().compose(ending -> faultOrValue(ending, isFault, goodBefore)))
        .otherwise(failure -> ending(failure, open, broken))
        .onComplete(
            done -> {
              if (probing) {
                probes.decrementAndGet();
              }
            });
  }

  /** How many calls would get through now. */
  int callsAllowed() {
    return switch (breaker.state()) {
      case CLOSED -> Integer.MAX_VALUE;
      case HALF_OPEN -> probes.get() == 0 ? 1 : 0;
      case OPEN -> 0;
    };
  }

  BreakerView view() {
    return new BreakerView(account, name, breaker.state().name().toLowerCase(Locale.ROOT));
  }

  void close() {
    breaker.close();
  }

  /**
   * A call that hangs while others are well answered says nothing against the provider: a hundred
   * of them among thousands would open the breaker for all, because they are given up together.
   */
  private <T> Future<T> faultOrValue(T ending, Predicate<T> isFault, long goodBefore) {
    if (!isFault.test(ending)) {
      good.incrementAndGet();
      return Future.succeededFuture(ending);
    }
    return good.get() == goodBefore
        ? Future.failedFuture(new Fault(ending))
        : Future.succeededFuture(ending);
  }

  @SuppressWarnings("unchecked") // The ending was a T when faultOrValue wrapped it.
  private static <T> T ending(Throwable failure, T open, T broken) {
    if (failure instanceof Fault fault) {
      return (T) fault.ending;
    }
    if (failure instanceof OpenCircuitException) {
      return open;
    }
    LOG.atError().setCause(failure).log("a provider call failed instead of answering");
    return broken;
  }
}
