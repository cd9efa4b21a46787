package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.NodeReports;
import dev.backlot.port.NodeReports.Report;
import dev.backlot.port.ProviderHealth.BreakerView;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Circuit breakers that are not closed, on any node: there jobs wait, or are not watched. One node
 * alone is trouble enough: it may be the only one that cannot reach the provider.
 */
final class BreakerOpen implements AlertSource {
  private static final String CLOSED = "closed";

  private final AlertRule rule;
  private final NodeReports reports;

  BreakerOpen(AlertRule rule, NodeReports reports) {
    this.rule = rule;
    this.reports = reports;
  }

  @Override
  public AlertRule rule() {
    return rule;
  }

  @Override
  public Future<List<Sighting>> look() {
    return reports.all().map(BreakerOpen::sightings);
  }

  private static List<Sighting> sightings(List<Report> all) {
    Map<String, List<BreakerView>> byBreaker =
        all.stream()
            .flatMap(report -> report.breakers().stream())
            .collect(
                Collectors.groupingBy(BreakerOpen::subject, TreeMap::new, Collectors.toList()));
    return byBreaker.entrySet().stream()
        .map(each -> sighting(each.getKey(), each.getValue(), all.size()))
        .toList();
  }

  private static String subject(BreakerView breaker) {
    return breaker.account() + "/" + breaker.guard();
  }

  private static Sighting sighting(String subject, List<BreakerView> onNodes, int nodes) {
    List<BreakerView> notClosed =
        onNodes.stream().filter(each -> !each.state().equals(CLOSED)).toList();
    BreakerView shown = worst(notClosed.isEmpty() ? onNodes : notClosed);
    String where =
        nodes == 1 || notClosed.isEmpty()
            ? ""
            : " on " + notClosed.size() + " of " + nodes + " nodes";
    return new Sighting(
        subject,
        notClosed.isEmpty() ? 0 : 1,
        "The circuit breaker for "
            + shown.guard()
            + " calls of account "
            + shown.account()
            + " is "
            + shown.state().replace('_', '-')
            + where
            + ".");
  }

  /** Open, where one is: what is half open has a way back already. */
  private static BreakerView worst(List<BreakerView> breakers) {
    return breakers.stream()
        .filter(each -> each.state().equals("open"))
        .findFirst()
        .orElse(breakers.get(0));
  }
}
