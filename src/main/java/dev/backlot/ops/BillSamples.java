package dev.backlot.ops;

import dev.backlot.port.BillDays;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What looks at the provider's bills have found; of the whole installation. */
final class BillSamples {
  /** The same as of the alert rule. */
  private static final Duration LATELY = Duration.ofDays(1);

  private BillSamples() {}

  static Sample of(MeterRegistry registry, BillDays days, InstantSource clock) {
    MultiGauge drift =
        MultiGauge.builder("backlot.reconciliation.drift")
            .description("What the bills of the days that were looked at within a day differ by")
            .register(registry);
    MultiGauge age =
        MultiGauge.builder("backlot.reconciliation.age.seconds")
            .description("Time since the last complete look at the bills of an account")
            .register(registry);
    MultiGauge undecided =
        MultiGauge.builder("backlot.calls.undecided.age.seconds")
            .description("Age of the oldest call of unknown outcome that no bill has decided")
            .register(registry);
    return () -> {
      Instant now = clock.instant();
      return Future.all(
          days.drift(now.minus(LATELY))
              .onSuccess(
                  all ->
                      drift.register(
                          all.stream()
                              .<Row<?>>map(
                                  each ->
                                      Row.of(
                                          Tags.of(
                                              "account",
                                              each.account(),
                                              "asset",
                                              each.asset().text()),
                                          each.apart().value().doubleValue()))
                              .toList(),
                          true)),
          days.undecided(now)
              .onSuccess(
                  all ->
                      undecided.register(
                          all.stream()
                              .<Row<?>>map(
                                  each ->
                                      Row.of(
                                          Tags.of("account", each.account()),
                                          Duration.between(each.oldest(), now).toSeconds()))
                              .toList(),
                          true)),
          days.lastLooks()
              .onSuccess(
                  all ->
                      age.register(
                          all.stream()
                              .<Row<?>>map(
                                  each ->
                                      Row.of(
                                          Tags.of("account", each.account()),
                                          Duration.between(each.lookedAt(), now).toSeconds()))
                              .toList(),
                          true)));
    };
  }
}
