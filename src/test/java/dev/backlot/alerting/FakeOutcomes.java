package dev.backlot.alerting;

import dev.backlot.domain.ErrorCode;
import dev.backlot.port.Outcomes;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ends in memory. */
final class FakeOutcomes implements Outcomes {
  private final List<Tally> tallies = new ArrayList<>();

  void succeeded(Instant at, int jobs) {
    tallies.add(new Tally(at, null, jobs));
  }

  void failed(Instant at, ErrorCode error, int jobs) {
    tallies.add(new Tally(at, error, jobs));
  }

  @Override
  public Future<List<Tally>> since(Instant from) {
    return Future.succeededFuture(
        tallies.stream()
            .filter(each -> !each.at().isBefore(from))
            .sorted(Comparator.comparing(Tally::at))
            .toList());
  }
}
