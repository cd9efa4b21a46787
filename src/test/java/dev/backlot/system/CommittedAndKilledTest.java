package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.database.OwnServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promises P1, P2 and P5 when a node dies after a commit and before it has told anybody: neither
 * screens nor dispatch are woken. The commit is made to wait for a standby that does not exist,
 * where it is durable already and not yet answered; then the node is killed, and the wait ended.
 */
class CommittedAndKilledTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Somebody's transaction with events is committed, and nobody has been told. */
  private static final String COMMITTED_UNTOLD =
      """
      SELECT count(*) > 0
        FROM pg_stat_activity AS a
        JOIN pg_locks AS l ON l.pid = a.pid
       WHERE a.wait_event = 'SyncRep' AND l.relation = 'event'::regclass
         AND l.mode = 'RowExclusiveLock'""";

  private static final String RELOAD = "SELECT pg_reload_conf()";

  @TempDir Path directory;

  private OwnServer database;
  private SimulatorProcess simulator;
  private BacklotProcess dying;

  @BeforeEach
  void start() throws IOException {
    database = OwnServer.start(directory.resolve("server"));
    simulator = SimulatorProcess.start(directory, 1);
    dying = node("dying");
  }

  @AfterEach
  void stop() {
    dying.close();
    simulator.close();
    database.close();
  }

  @Test
  void a_screen_on_another_node_is_told_the_end_that_its_node_could_not_tell() throws Exception {
    String job = runs("a paper boat");
    try (BacklotProcess other = node("other");
        Follower screen = Follower.of(other, demoKey())) {
      dieBetweenCommitAndWord(job);

      assertThat(screen.awaitEvent("job.succeeded").getString("job_id")).isEqualTo(job);
    }
  }

  /** One slot, which the ending has freed or given to the next job; nobody has been woken. */
  @Test
  void the_next_job_is_sent_by_another_node_once_and_both_are_paid_once() throws Exception {
    String job = runs("a paper boat");
    String next = dying.client(demoKey()).submit("a paper boat that waits");
    try (BacklotProcess other = node("other")) {
      dieBetweenCommitAndWord(job);

      Api api = other.client(demoKey());
      Eventually.until("the next job runs", PATIENCE, () -> isState(api, next, "running"));
      assertThat(simulator.accepted()).isEqualTo(2);
      simulator.letRender();
      Jobs.awaitAll(api, List.of(job, next), "succeeded");
      new Books(other, simulator.control()).assertExact();
    }
  }

  /** The dying node is the only one yet, so the job is its own. */
  private String runs(String prompt) {
    String job = dying.client(demoKey()).submit(prompt);
    Eventually.until("it runs", PATIENCE, () -> isState(dying.client(demoKey()), job, "running"));
    return job;
  }

  /** Nobody has taken the job over when it is seen to have ended: its fence is as before. */
  private void dieBetweenCommitAndWord(String job) {
    String fence = new Books(dying).text("SELECT fence FROM job WHERE id = '" + job + "'");
    database.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", RELOAD);
    simulator.letRender();
    database.await(COMMITTED_UNTOLD);
    dying.kill();
    database.execute("ALTER SYSTEM RESET synchronous_standby_names", RELOAD);
    database.await(
        "SELECT state = 'succeeded' AND fence = %s FROM job WHERE id = '%s'".formatted(fence, job));
  }

  /** All nodes have the data directory in common. */
  private String demoKey() {
    return BacklotProcess.demoKey(directory);
  }

  private static boolean isState(Api api, String job, String state) {
    return api.job(job).getString("state").equals(state);
  }

  /** Nodes are no cluster: what one would publish reaches no other one anyway. */
  private BacklotProcess node(String name) throws IOException {
    Map<String, String> settings = new HashMap<>(simulator.settings());
    settings.put("data-directory", directory.toString());
    settings.put("provider.accounts[0].slots.default", "1");
    settings.put("node.name", name);
    settings.put("node.lease", "5s");
    settings.put("node.heartbeat", "500ms");
    settings.put("dispatch.unknown-horizon", "2s");
    settings.put("dispatch.lookup-base", "100ms");
    settings.put("dispatch.lookup-cap", "1s");
    Path own = Files.createDirectory(directory.resolve(name));
    return BacklotProcess.startOn(database.port(), own, settings);
  }
}
