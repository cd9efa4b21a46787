package dev.backlot.poll;

import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.port.RenderHistory;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;

/**
 * Teaches {@link RenderTimes} what tasks took, and shares it with the other nodes now and then:
 * what is new here is added to what is stored, and then all of that is read. The news are bounded
 * by the levels that are kept; what a node has not stored when it dies is lost, and is no loss.
 */
final class RenderLearning {
  private final RenderTimes times;
  private final RenderHistory history;
  private final InstantSource clock;

  RenderLearning(RenderTimes times, RenderHistory history, InstantSource clock) {
    this.times = times;
    this.history = history;
    this.clock = clock;
  }

  /**
   * Only success says how long a task takes; one that fails may do so at once. The provider's own
   * times count, because our notice comes late.
   */
  void ended(RenderProfile profile, TaskReport report) {
    TaskReport.Times own = report.times();
    if (report instanceof TaskReport.Succeeded && own != null) {
      times.learn(profile, own.took());
    }
  }

  /** A commit whose outcome is not known may count its tasks twice: two in some hundred. */
  Future<Void> share() {
    Map<String, double[]> news = times.takeNews();
    Future<Void> stored =
        news.isEmpty()
            ? Future.succeededFuture()
            : history.add(news, clock.instant()).onFailure(failure -> times.giveBack(news));
    return stored.compose(done -> history.load()).onSuccess(times::refresh).mapEmpty();
  }
}
