package dev.backlot.port;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.ProviderHealth.BreakerView;
import io.vertx.core.Future;
import java.util.List;

/** What each node sees and knows, for whoever judges the installation as a whole. */
public interface NodeReports {
  /** Most reports that are read; an installation has fewer nodes. */
  int REPORTS_MAX = 1_000;

  /**
   * @param breakers every one that the node has used
   * @param parked accounts, and packs of accounts, that wait for their operator, as {@link
   *     ProviderHealth.Parked#subject()} names them
   * @param offer which kinds and models the node knows, {@code Catalog.offer()}; empty when it is
   *     of a version that does not say so
   */
  record Report(List<BreakerView> breakers, List<String> parked, String offer) {
    public Report {
      breakers = List.copyOf(breakers);
      parked = List.copyOf(parked);
    }

    public static Report of(ProviderHealth health, String offer) {
      List<String> parked = health.parked().stream().map(ProviderHealth.Parked::subject).toList();
      return new Report(health.breakers(), parked, offer);
    }
  }

  /**
   * Replaces what this node said before.
   *
   * @return false when its lease was lost: nothing was written
   */
  Future<Boolean> say(NodeLease lease, Report report);

  /** What the live nodes said last, each under its present lease; in no order. */
  Future<List<Report>> all();

  /**
   * How many live nodes may offer something else: those that said so under their present lease, and
   * those that have not said anything yet or are of a version that does not.
   *
   * @param offer {@code Catalog.offer()} of who asks
   */
  Future<Integer> differing(String offer);
}
