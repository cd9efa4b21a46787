package dev.backlot.alerting;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.NodeReports;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** This node as it stands, and other nodes as the test has them. */
final class FakeReports implements NodeReports {
  static final String OFFER = "0123456789abcdef";

  private final FakeHealth health;
  private final List<Report> others = new ArrayList<>();
  private final List<Report> said = new ArrayList<>();
  private boolean leaseLost;

  FakeReports(FakeHealth health) {
    this.health = health;
  }

  @Override
  public Future<Boolean> say(NodeLease lease, Report report) {
    said.add(report);
    return Future.succeededFuture(!leaseLost);
  }

  @Override
  public Future<List<Report>> all() {
    List<Report> all = new ArrayList<>(others);
    all.add(Report.of(health, OFFER));
    return Future.succeededFuture(all);
  }

  @Override
  public Future<Integer> differing(String offer) {
    return all().map(all -> (int) all.stream().filter(each -> !each.offer().equals(offer)).count());
  }

  void other(FakeHealth node) {
    others.add(Report.of(node, OFFER));
  }

  void loseLease() {
    leaseLost = true;
  }

  /** What was said, in order. */
  List<Report> said() {
    return List.copyOf(said);
  }
}
