package dev.backlot.ops;

import dev.backlot.ops.HealthCheck.Finding;
import dev.backlot.ops.HealthCheck.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node should get traffic. What is costly to look at is remembered for {@link
 * #MEMORY}, so that however many ask, the database is asked once in that time; a drain shows at
 * once. Confined to one event loop.
 */
public final class Readiness {
  private static final Duration MEMORY = Duration.ofMillis(500);

  private final List<Probe> probes;

  /**
   * @param status the worst of the findings
   */
  public record Report(Status status, List<Named> findings) {}

  public record Named(String check, Finding finding) {}

  /**
   * @param timeout for each check; one that takes longer counts as down
   */
  public Readiness(List<HealthCheck> checks, Duration timeout, InstantSource clock) {
    probes = checks.stream().map(check -> new Probe(check, timeout, clock)).toList();
  }

  /** Never fails. */
  public Future<Report> report() {
    List<Future<Named>> looks = probes.stream().map(Probe::finding).toList();
    return Future.all(looks).map(all -> report(all.<Named>list()));
  }

  private static Report report(List<Named> findings) {
    Status worst =
        findings.stream()
            .map(named -> named.finding().status())
            .max(Comparator.naturalOrder())
            .orElse(Status.UP);
    return new Report(worst, findings);
  }

  private static final class Probe {
    private final HealthCheck check;
    private final Duration timeout;
    private final InstantSource clock;
    private @Nullable Future<Named> last;
    private Instant lastAsked = Instant.MIN;

    Probe(HealthCheck check, Duration timeout, InstantSource clock) {
      this.check = check;
      this.timeout = timeout;
      this.clock = clock;
    }

    Future<Named> finding() {
      Instant now = clock.instant();
      Future<Named> known = last;
      if (known != null && (!known.isComplete() || isFresh(now))) {
        return known;
      }
      Future<Named> asked = look();
      last = asked;
      lastAsked = now;
      return asked;
    }

    private boolean isFresh(Instant now) {
      return check.costly() && now.isBefore(lastAsked.plus(MEMORY));
    }

    private Future<Named> look() {
      return check
          .look()
          .get()
          .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
          .otherwise(
              new Finding(Status.DOWN, "no good answer within " + timeout.toMillis() + " ms"))
          .map(finding -> new Named(check.name(), finding));
    }
  }
}
