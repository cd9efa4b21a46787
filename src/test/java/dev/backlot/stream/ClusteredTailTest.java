package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.cluster.TestCluster;
import dev.backlot.config.StreamConfig;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.job.JobState;
import dev.backlot.store.PgClusterPeers;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that stream the same log, neither of which ever looks by its timer. */
class ClusteredTailTest {
  private final FakeEventLog log = new FakeEventLog();
  private final Vertx alone = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(alone);

  @AfterEach
  void close() throws Exception {
    database.close();
    alone.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void what_one_node_appends_is_on_the_screens_of_the_other_at_once() throws Exception {
    PgClusterPeers peers = new PgClusterPeers(database.config());
    try (TestCluster one = TestCluster.join(peers);
        TestCluster two = TestCluster.join(peers);
        StreamServer writer = server(one);
        StreamServer reader = server(two)) {
      StreamClient client = reader.authenticated();
      client.subscribe("a", null);
      client.next("snapshot");
      client.next("live");
      log.append(TENANT, job(1), JobState.QUEUED);

      writer.wake(0);

      assertThat(client.next(1))
          .extracting(message -> message.getString("event"))
          .containsExactly("job.queued");
    }
  }

  private StreamServer server(TestCluster node) throws Exception {
    return new StreamServer(node.vertx, node.bus, log, hourly(), List.of());
  }

  private static StreamConfig hourly() {
    StreamConfig config = StreamServer.config();
    return new StreamConfig(
        Duration.ofHours(1),
        config.tailBatch(),
        config.recentEvents(),
        config.socketsMax(),
        config.socketsPerTenantMax(),
        config.messageBytesMax(),
        config.queueBytesMax(),
        config.queueBytesAllMax(),
        config.snapshotJobsMax(),
        config.authTimeout(),
        config.heartbeat(),
        config.silenceMax(),
        config.drainTimeout(),
        config.recheck(),
        config.unconfirmedMax());
  }
}
