package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.port.ClusterPeers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgClusterPeersTest {
  private static final InetSocketAddress OURS = at(7800);
  private static final InetSocketAddress THEIRS = at(7801);

  private final Store store = new Store();
  private final ClusterPeers peers = new PgClusterPeers(store.database.config());

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void each_node_is_told_where_the_others_are() {
    peers.exchange(OURS);

    assertThat(peers.exchange(THEIRS)).containsExactlyInAnyOrder(OURS, THEIRS);
  }

  @Test
  void a_node_that_was_killed_is_forgotten_for_its_age() {
    peers.exchange(OURS);
    store.database.execute("UPDATE cluster_peer SET seen_at = seen_at - interval '2 minutes'");

    assertThat(peers.exchange(THEIRS)).containsExactly(THEIRS);
    assertThat(store.database.number("SELECT count(*) FROM cluster_peer")).isEqualTo(1);
  }

  @Test
  void a_node_that_leaves_is_forgotten_at_once() {
    peers.exchange(OURS);
    peers.exchange(THEIRS);

    peers.leave(OURS);

    assertThat(peers.exchange(THEIRS)).containsExactly(THEIRS);
  }

  @Test
  void more_nodes_than_one_answer_holds_are_told_the_newest() {
    store.database.execute(
        "INSERT INTO cluster_peer SELECT '10.0.0.1', n, now() - interval '1 minute'"
            + " FROM generate_series(1, 300) n");

    assertThat(peers.exchange(OURS)).hasSize(ClusterPeers.MAX).startsWith(OURS);
  }

  @Test
  void nobody_is_known_where_there_is_no_table() {
    store.database.execute("DROP TABLE cluster_peer");

    assertThat(peers.exchange(OURS)).isEmpty();
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
