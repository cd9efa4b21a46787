package dev.backlot.ops;

import dev.backlot.ops.HealthCheck.Finding;
import dev.backlot.ops.HealthCheck.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node should get traffic. An answer is shared for {@link #MEMORY}, so that however
 * many ask, the database is asked once in that time. Confined to one event loop.
 */
public final class Readiness {
  private static final Duration MEMORY = Duration.ofMillis(500);

  private final List<HealthCheck> checks;
  private final Duration timeout;
  private final InstantSource clock;
  private @Nullable Future<Report> last;
  private Instant lastAsked = Instant.MIN;

  /**
   * @param status the worst of the findings
   */
  public record Report(Status status, List<Named> findings) {}

  public record Named(String check, Finding finding) {}

  /**
   * @param timeout for each check; one that takes longer counts as down
   */
  public Readiness(List<HealthCheck> checks, Duration timeout, InstantSource clock) {
    this.checks = List.copyOf(checks);
    this.timeout = timeout;
    this.clock = clock;
  }

  /** Never fails. */
  public Future<Report> report() {
    Instant now = clock.instant();
    Future<Report> known = last;
    boolean fresh = known != null && now.isBefore(lastAsked.plus(MEMORY));
    if (known != null && (fresh || !known.isComplete())) {
      return known;
    }
    lastAsked = now;
    Future<Report> asked = ask();
    last = asked;
    return asked;
  }

  private Future<Report> ask() {
    List<Future<Named>> looks = new ArrayList<>();
    checks.forEach(check -> looks.add(look(check)));
    return Future.all(looks).map(all -> report(all.<Named>list()));
  }

  private Future<Named> look(HealthCheck check) {
    return check
        .look()
        .get()
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(new Finding(Status.DOWN, "no answer within " + timeout.toMillis() + " ms"))
        .map(finding -> new Named(check.name(), finding));
  }

  private static Report report(List<Named> findings) {
    Status worst =
        findings.stream()
            .map(named -> named.finding().status())
            .max(Comparator.naturalOrder())
            .orElse(Status.UP);
    return new Report(worst, findings);
  }
}
