package dev.backlot.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.config.ClusterConfig;
import dev.backlot.config.ClusterTls;
import dev.backlot.config.ConfigException;
import dev.backlot.config.Section;
import dev.backlot.database.TestDatabase;
import dev.backlot.port.ClusterPeers;
import dev.backlot.store.Certificate;
import dev.backlot.store.PgClusterPeers;
import dev.backlot.system.Eventually;
import dev.backlot.system.FreePorts;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.infinispan.partitionhandling.PartitionHandling;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real members on loopback, which find one another through a real database. */
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final Vertx alone = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(alone);

  @AfterEach
  void close() throws Exception {
    database.close();
    alone.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void two_nodes_on_one_database_find_each_other() throws Exception {
    try (TestCluster first = join();
        TestCluster second = join()) {
      awaitTogether(first, second);
      awaitHint(second, first);
      awaitHint(first, second);
    }
  }

  @Test
  void a_node_that_leaves_is_forgotten() throws Exception {
    try (TestCluster first = join()) {
      join().close();

      awaitMembers(first, 1);
      assertThat(database.number("SELECT count(*) FROM cluster_peer")).isEqualTo(1);
    }
  }

  @Test
  void an_address_of_a_node_that_is_gone_keeps_nobody_out() throws Exception {
    database.execute("INSERT INTO cluster_peer VALUES ('127.0.0.1', 1, now())");

    try (TestCluster first = join();
        TestCluster second = join()) {
      awaitTogether(first, second);
    }
  }

  @Test
  void the_first_node_of_all_joins_before_there_is_a_table() throws Exception {
    database.execute("ALTER TABLE cluster_peer RENAME TO later");

    try (TestCluster first = join()) {
      assertThat(first.members()).isEqualTo(1);
    }
  }

  @Test
  void nodes_of_a_list_find_each_other_without_the_database() throws Exception {
    List<InetSocketAddress> hosts = List.of(host(FreePorts.next()), host(FreePorts.next()));

    try (TestCluster first = listed(hosts, 0);
        TestCluster second = listed(hosts, 1)) {
      awaitTogether(first, second);
      assertThat(database.number("SELECT count(*) FROM cluster_peer")).isZero();
    }
  }

  @Test
  void a_name_leads_to_its_addresses_at_one_port() throws Exception {
    InetSocketAddress own = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7800);

    assertThat(new NamedPeers("127.0.0.1", 7800).exchange(own)).containsExactly(own);
    assertThat(new NamedPeers("nobody.invalid", 7800).exchange(own)).isEmpty();
  }

  @Test
  void nodes_with_certificates_of_one_authority_talk_to_each_other() throws Exception {
    Optional<ClusterTls> tls = tls("ours");

    try (TestCluster first = join(tls);
        TestCluster second = join(tls)) {
      awaitTogether(first, second);
      awaitHint(second, first);
      awaitHint(first, second);
    }
  }

  @Test
  void a_node_with_a_certificate_of_another_authority_is_not_let_in() throws Exception {
    assertKeptOut(tls("theirs"));
  }

  @Test
  void a_node_without_a_certificate_is_not_let_in() throws Exception {
    assertKeptOut(Optional.empty());
  }

  @Test
  void whoever_shows_no_certificate_is_turned_away_from_the_port_of_the_messages()
      throws Exception {
    int port = FreePorts.next();
    Optional<ClusterTls> ours = tls("ours");

    try (TestCluster node = TestCluster.join(TestCluster.config(0, port, ours), peers())) {
      assertThat(node.members()).isOne();
      assertThat(turnsAway(port, ours.orElseThrow())).isTrue();
    }
  }

  /** Trusts the node, and shows nothing in return. */
  private static boolean turnsAway(int port, ClusterTls ours) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(ours.identity().trusted());
    SSLContext context = SSLContext.getInstance(ClusterTls.PROTOCOL);
    context.init(null, trust.getTrustManagers(), null);
    try (Socket stranger = context.getSocketFactory().createSocket("127.0.0.1", port)) {
      stranger.setSoTimeout(10_000);
      return stranger.getInputStream().read() == -1;
    } catch (SocketTimeoutException listening) {
      return false;
    } catch (IOException refused) {
      return true;
    }
  }

  /** However often it knocks, and is knocked at. */
  private void assertKeptOut(Optional<ClusterTls> strange) throws Exception {
    CountedPeers searches = new CountedPeers(peers());
    CountedPeers knocks = new CountedPeers(peers());
    try (TestCluster ours = TestCluster.join(TestCluster.config(tls("ours")), searches);
        TestCluster stranger = TestCluster.join(TestCluster.config(strange), knocks)) {
      Eventually.until(
          "searches", PATIENCE, () -> searches.found.get() >= 2 && knocks.found.get() >= 2);
      assertThat(List.of(ours.members(), stranger.members())).containsExactly(1, 1);
    }
  }

  /** Counts the searches that have found more than the one who asks. */
  private record CountedPeers(ClusterPeers peers, AtomicInteger found) implements ClusterPeers {
    CountedPeers(ClusterPeers peers) {
      this(peers, new AtomicInteger());
    }

    @Override
    public List<InetSocketAddress> exchange(InetSocketAddress own) {
      List<InetSocketAddress> all = peers.exchange(own);
      if (all.size() > 1) {
        found.incrementAndGet();
      }
      return all;
    }

    @Override
    public void leave(InetSocketAddress own) {
      peers.leave(own);
    }
  }

  /** Each side forgets the other, and one side's memory is lost when they meet again. */
  @Test
  void hints_flow_again_after_a_split() throws Exception {
    try (TestCluster first = join();
        TestCluster second = join()) {
      CountDownLatch atFirst = listen(first, 2);
      CountDownLatch atSecond = listen(second, 2);
      first.cutLinks();
      second.cutLinks();
      awaitMembers(first, 1);
      awaitMembers(second, 1);

      first.mendLinks();
      second.mendLinks();

      awaitMembers(first, 2);
      awaitMembers(second, 2);
      Eventually.until(
          "hints from each side arrive at the other",
          PATIENCE,
          () -> {
            first.bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(1));
            second.bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(2));
            return atFirst.getCount() == 0 && atSecond.getCount() == 0;
          });
    }
  }

  @Test
  void a_node_whose_peers_have_died_takes_new_ones_in() throws Exception {
    try (TestCluster left = join();
        TestCluster dead = join();
        TestCluster deadToo = join()) {
      dead.cutLinks();
      deadToo.cutLinks();
      awaitMembers(left, 1);

      try (TestCluster late = join()) {
        awaitTogether(left, late);
        awaitHint(left, late);
      }
    }
  }

  /** A table that would rather be consistent takes nobody in once most of its holders are gone. */
  @Test
  void no_table_of_the_cluster_waits_for_those_who_have_gone() throws Exception {
    try (TestCluster node = join()) {
      assertThat(node.whenSplit()).containsOnly(PartitionHandling.ALLOW_READ_WRITES);
    }
  }

  @Test
  void a_taken_port_of_the_membership_names_its_key() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ClusterConfig config = TestCluster.config(taken.getLocalPort(), 0, Optional.empty());

      assertThatThrownBy(() -> TestCluster.join(config, peers()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("cluster.port: " + taken.getLocalPort() + " on 127.0.0.1");
    }
  }

  @Test
  void a_taken_port_of_the_messages_names_its_key() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ClusterConfig config = TestCluster.config(0, taken.getLocalPort(), Optional.empty());

      assertThatThrownBy(() -> TestCluster.join(config, peers()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("cluster.event-port: " + taken.getLocalPort() + " on 127.0.0.1");
    }
  }

  /** A newer version might send it, though it should have used a new address. */
  @Test
  void a_message_of_a_kind_that_is_not_known_here_does_not_end_the_hearing() throws Exception {
    try (TestCluster older = join();
        TestCluster newer = join()) {
      CountDownLatch heard = listen(older, 1);
      newer.vertx.eventBus().registerCodec(new Newer());
      newer
          .vertx
          .eventBus()
          .publish(
              Addresses.JOBS_QUEUED.name(), "new", new DeliveryOptions().setCodecName("newer"));

      Eventually.until(
          "a known message is heard",
          PATIENCE,
          () -> {
            newer.bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(1));
            return heard.getCount() == 0;
          });
    }
  }

  private static final class Newer implements MessageCodec<String, String> {
    @Override
    public void encodeToWire(Buffer buffer, String text) {
      buffer.appendString(text);
    }

    @Override
    public String decodeFromWire(int position, Buffer buffer) {
      throw new IllegalStateException("known to the sender alone");
    }

    @Override
    public String transform(String text) {
      return text;
    }

    @Override
    public String name() {
      return "newer";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  private TestCluster listed(List<InetSocketAddress> hosts, int which) throws Exception {
    return TestCluster.join(
        new ClusterConfig(
            "127.0.0.1",
            hosts.get(which).getPort(),
            0,
            0,
            0,
            ClusterConfig.Discovery.HOSTS,
            hosts,
            "",
            Optional.empty()),
        peers());
  }

  private static InetSocketAddress host(int port) {
    return InetSocketAddress.createUnresolved("127.0.0.1", port);
  }

  private PgClusterPeers peers() {
    return new PgClusterPeers(database.config());
  }

  private TestCluster join() throws Exception {
    return TestCluster.join(peers());
  }

  private TestCluster join(Optional<ClusterTls> tls) throws Exception {
    return TestCluster.join(TestCluster.config(tls), peers());
  }

  /** A certificate that vouches for itself, as the cluster page makes it. */
  private Optional<ClusterTls> tls(String name) throws Exception {
    Certificate made = Certificate.forLoopbackAddress(directory, name);
    return ClusterTls.from(
        new Section(
            "cluster.tls",
            Map.of(
                "certificate", "file:" + made.pem(),
                "key", "file:" + made.key(),
                "ca", "file:" + made.pem()),
            true,
            variable -> ""));
  }

  private static void awaitMembers(TestCluster node, int count) {
    Eventually.until("members: " + count, PATIENCE, () -> node.members() == count);
  }

  /** Counts down for each of the numbers 1 to {@code different}, heard at least once. */
  private static CountDownLatch listen(TestCluster node, int different) throws Exception {
    CountDownLatch latch = new CountDownLatch(different);
    Map<Integer, Boolean> heard = new ConcurrentHashMap<>();
    node.bus
        .subscribe(
            Addresses.JOBS_QUEUED,
            hint -> {
              if (heard.put(hint.count(), true) == null) {
                latch.countDown();
              }
            })
        .await(20, TimeUnit.SECONDS);
    return latch;
  }

  /** Who asks to join and gets no answer in time begins alone, and they find together later. */
  private static void awaitTogether(TestCluster first, TestCluster second) {
    awaitMembers(first, 2);
    awaitMembers(second, 2);
  }

  /** A hint may be lost while the members of a cluster change. */
  private static void awaitHint(TestCluster listener, TestCluster speaker) throws Exception {
    CountDownLatch heard = listen(listener, 1);
    Eventually.until(
        "a hint is heard",
        PATIENCE,
        () -> {
          speaker.bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(1));
          return heard.getCount() == 0;
        });
  }
}
