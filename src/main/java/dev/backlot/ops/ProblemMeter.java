package dev.backlot.ops;

import dev.backlot.domain.ErrorCode;
import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Counts the problems that callers got, by kind and code, whether over HTTP or as the answer to a
 * message. To be mounted before other routes. Thread-safe.
 */
public final class ProblemMeter implements Routes {
  private final MeterProvider<Counter> problems;

  public ProblemMeter(MeterRegistry registry) {
    problems =
        Counter.builder("backlot.http.problems")
            .description("Requests and commands answered with a problem, by kind and code")
            .withRegistry(registry);
  }

  @Override
  public void mount(Router router) {
    router
        .route()
        .handler(
            ctx -> {
              ctx.addEndHandler(ended -> count(ctx));
              ctx.next();
            });
  }

  private void count(RoutingContext ctx) {
    Problems.code(ctx).ifPresent(this::count);
  }

  /** Counts a problem that was no answer of HTTP. */
  public void count(ErrorCode code) {
    problems
        .withTags("kind", code.kind().name().toLowerCase(Locale.ROOT), "code", code.slug())
        .increment();
  }
}
