package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may talk to whom, and that everything else is refused. */
class NetworkTest {
  private static final Map<String, String> PEERS = Map.of("app.kubernetes.io/name", "backlot");

  @Test
  void each_policy_decides_about_both_directions() throws IOException {
    assertThat(Manifests.of(Manifests.BASE).every(NetworkPolicy.class))
        .hasSize(2)
        .allSatisfy(
            policy ->
                assertThat(policy.getSpec().getPolicyTypes())
                    .containsExactlyInAnyOrder("Ingress", "Egress"));
  }

  @Test
  void each_port_of_a_node_is_open_to_one_kind_of_caller() throws IOException {
    List<NetworkPolicyIngressRule> rules = policy("backlot").getSpec().getIngress();

    assertThat(rules).allSatisfy(rule -> assertThat(rule.getFrom()).hasSize(1));
    assertThat(rules.stream().map(rule -> ports(rule.getPorts())))
        .containsExactly(
            List.of("http"), List.of("management"), List.of("cluster", "cluster-events"));
    assertThat(rules.get(0).getFrom().get(0).getNamespaceSelector().getMatchLabels()).isNotEmpty();
    assertThat(rules.get(1).getFrom().get(0).getNamespaceSelector().getMatchLabels()).isNotEmpty();
    assertThat(labels(rules.get(2).getFrom().get(0).getPodSelector())).isEqualTo(PEERS);
  }

  @Test
  void a_node_reaches_names_other_nodes_the_database_and_the_provider() throws IOException {
    List<NetworkPolicyEgressRule> rules = policy("backlot").getSpec().getEgress();

    assertThat(rules).allSatisfy(rule -> assertThat(rule.getTo()).isNotEmpty());
    assertThat(rules.stream().map(rule -> ports(rule.getPorts())))
        .containsExactly(
            List.of("53", "53"),
            List.of("cluster", "cluster-events"),
            List.of(databasePort()),
            List.of("443"));
    assertThat(labels(rules.get(1).getTo().get(0).getPodSelector())).isEqualTo(PEERS);
  }

  @Test
  void the_way_to_the_provider_does_not_lead_to_private_addresses() throws IOException {
    NetworkPolicyEgressRule provider = policy("backlot").getSpec().getEgress().get(3);

    assertThat(provider.getTo())
        .flatExtracting(to -> to.getIpBlock().getExcept())
        .contains("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7");
  }

  @Test
  void a_migration_reaches_names_and_the_database_and_is_reached_by_nobody() throws IOException {
    NetworkPolicy policy = policy("backlot-migrate");

    assertThat(policy.getSpec().getIngress()).isEmpty();
    assertThat(policy.getSpec().getEgress().stream().map(rule -> ports(rule.getPorts())))
        .containsExactly(List.of("53", "53"), List.of(databasePort()));
  }

  private static NetworkPolicy policy(String name) throws IOException {
    return Manifests.of(Manifests.BASE).named(NetworkPolicy.class, name);
  }

  private static Map<String, String> labels(LabelSelector selector) {
    return selector.getMatchLabels();
  }

  private static List<String> ports(List<NetworkPolicyPort> ports) {
    return ports.stream().map(port -> String.valueOf(port.getPort().getValue())).toList();
  }

  private static String databasePort() throws IOException {
    Object database = Manifests.yaml(Path.of("conf/backlot-prod.yaml")).get("database");
    return database instanceof Map<?, ?> section ? String.valueOf(section.get("port")) : "";
  }
}
