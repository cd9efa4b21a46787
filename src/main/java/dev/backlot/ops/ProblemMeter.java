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
import java.util.Optional;

/** Counts the problems that callers got, by kind and code. To be mounted before other routes. */
public final class ProblemMeter implements Routes {
  private final MeterProvider<Counter> problems;

  public ProblemMeter(MeterRegistry registry) {
    problems =
        Counter.builder("backlot.http.problems")
            .description("Requests answered with a problem, by kind and code")
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
    Optional<ErrorCode> code = Problems.code(ctx);
    code.ifPresent(
        known ->
            problems
                .withTags(
                    "kind", known.kind().name().toLowerCase(Locale.ROOT), "code", known.slug())
                .increment());
  }
}
