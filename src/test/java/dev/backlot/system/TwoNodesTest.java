package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes on one database and one simulator. */
class TwoNodesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of the nodes that see each other; they take seconds to find together. */
  @TempDir static Path together;

  private static BacklotProcess first;
  private static BacklotProcess second;

  @BeforeAll
  static void start() {
    first = BacklotProcess.start(together, clustered(), "INFO");
    second = BacklotProcess.beside(first, clustered());
    awaitMembers(first, 2);
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
  }

  @Test
  void a_node_that_is_killed_is_forgotten_and_may_come_back() {
    second.kill();
    awaitMembers(first, 1);

    second.restart();
    awaitMembers(first, 2);
    awaitMembers(second, 2);
  }

  @Test
  void what_a_node_makes_known_to_others_does_not_grow_with_its_load() throws Exception {
    double before = metric(first, "backlot_cluster_registrations");
    assertThat(before).isBetween(1.0, 20.0);

    List<Follower> followers = follow(second, first.demoKey(), 30);
    List<String> jobs = submit(first.client(), 30);

    assertThat(metric(first, "backlot_cluster_registrations")).isEqualTo(before);
    assertThat(metric(second, "backlot_cluster_registrations")).isEqualTo(before);
    Jobs.awaitAll(first.client(), jobs, "succeeded");
    followers.forEach(Follower::close);
  }

  /** As after a split: each believes that it is alone, and they share the database. */
  @Test
  void nodes_that_do_not_see_each_other_do_all_the_work_and_none_of_it_twice(
      @TempDir Path directory) {
    try (BacklotProcess one = BacklotProcess.start(directory, apart(), "INFO");
        BacklotProcess other = BacklotProcess.beside(one, apart())) {
      Api api = one.client();
      Api otherApi = other.client(one.demoKey());

      List<String> jobs = submit(api, 20);
      jobs.addAll(submit(otherApi, 20));

      Jobs.awaitAll(otherApi, jobs, "succeeded");
      assertThat(metric(one, "backlot_cluster_members")).isEqualTo(1);
      assertThat(metric(other, "backlot_cluster_members")).isEqualTo(1);
      Books books = new Books(one);
      assertThat(books.simulator().getInteger("accepted")).isEqualTo(40);
      books.assertExact();
    }
  }

  private static Map<String, String> clustered() {
    return new HashMap<>(Map.of("cluster.enabled", "true", "simulator.time-factor", "100"));
  }

  /** Each looks for the others where nobody is. */
  private static Map<String, String> apart() {
    Map<String, String> settings = clustered();
    settings.put("cluster.discovery", "hosts");
    settings.put("cluster.hosts", "[127.0.0.1:1]");
    settings.put("cluster.port", String.valueOf(FreePorts.next()));
    return settings;
  }

  private static List<String> submit(Api api, int count) {
    List<String> jobs = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      jobs.add(api.submit("a paper boat, take " + n));
    }
    return jobs;
  }

  private static List<Follower> follow(BacklotProcess node, String key, int count)
      throws Exception {
    List<Follower> followers = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      followers.add(Follower.of(node, key));
    }
    return followers;
  }

  private static void awaitMembers(BacklotProcess node, int count) {
    Eventually.until(
        "members: " + count, PATIENCE, () -> metric(node, "backlot_cluster_members") == count);
  }

  private static double metric(BacklotProcess node, String name) {
    return Api.text(node.management() + "/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
        .findFirst()
        .orElseThrow();
  }
}
