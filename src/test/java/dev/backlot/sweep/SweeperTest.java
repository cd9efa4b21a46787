package dev.backlot.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SweepConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Orphans;
import dev.backlot.port.TaskLists;
import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.Page;
import dev.backlot.port.TaskLists.TaskList;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which pages are read, when, and what is done when they cannot be. */
class SweeperTest {
  private static final Instant NOW = StoreFixture.NOW;
  private static final Duration REACH = Duration.ofMinutes(30);
  private static final int PAGES = 3;
  private static final SweepConfig CONFIG =
      new SweepConfig(
          Duration.ofMinutes(1),
          Duration.ofDays(35),
          Duration.ofMinutes(10),
          REACH,
          PAGES,
          Duration.ofMillis(500));
  private static final String PREFIX = "abcd1234-";
  private static final TaskList FIRST = new TaskList("main", "legacy", "/v1/videos/text2video");
  private static final TaskList SECOND = new TaskList("main", "legacy", "/v1/images/generations");

  private final StoreFixture store = new StoreFixture();
  private final Scripted lists = new Scripted();
  private final Noted orphans = new Noted();
  private final List<Duration> pauses = new ArrayList<>();
  private NodeLease node;
  private Sweeper sweeper;

  private record Asked(TaskList list, Instant since, @Nullable String cursor) {}

  /** Answers with what it was given, then with the end of the list. */
  private static final class Scripted implements TaskLists {
    final Deque<Page> pages = new ArrayDeque<>();
    final List<Asked> asked = new ArrayList<>();

    @Override
    public Future<Page> read(TaskList list, Instant since, @Nullable String cursor) {
      asked.add(new Asked(list, since, cursor));
      Page next = pages.poll();
      return Future.succeededFuture(next == null ? new Page.Read(List.of(), null) : next);
    }
  }

  /** Remembers what it is told. */
  private static final class Noted implements Orphans {
    Instant mark = NOW.minus(Duration.ofHours(1));
    final List<Listed> recorded = new ArrayList<>();
    final List<TaskList> swept = new ArrayList<>();

    @Override
    public Future<Instant> sweptTo(TaskList list) {
      return Future.succeededFuture(mark);
    }

    @Override
    public Future<List<Found>> record(TaskList list, List<Listed> tasks, Instant now) {
      recorded.addAll(tasks);
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Void> swept(TaskList list, Instant to) {
      assertThat(to).isEqualTo(NOW);
      swept.add(list);
      return Future.succeededFuture();
    }

    @Override
    public Future<List<Tally>> tally(Instant foundSince) {
      return Future.failedFuture("not asked");
    }
  }

  @BeforeEach
  void join() throws Exception {
    node = store.node("one");
    sweeper = sweeper(node, FIRST);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void a_list_is_read_from_some_time_before_its_mark_to_its_end() throws Exception {
    page("1", "next");
    page("2", null);

    sweep();

    Instant since = orphans.mark.minus(REACH);
    assertThat(lists.asked)
        .containsExactly(new Asked(FIRST, since, null), new Asked(FIRST, since, "next"));
    assertThat(orphans.recorded).extracting(Listed::taskId).containsExactly("1", "2");
    assertThat(orphans.swept).containsExactly(FIRST);
    assertThat(pauses).containsExactly(CONFIG.pause());
  }

  @Test
  void tasks_of_others_are_left_alone() throws Exception {
    lists.pages.add(
        new Page.Read(
            List.of(new Listed("1", "somebody-else"), new Listed("2", PREFIX + "a")), null));

    sweep();

    assertThat(orphans.recorded).extracting(Listed::taskId).containsExactly("2");
  }

  @Test
  void no_list_is_read_back_for_more_than_thirty_days() throws Exception {
    orphans.mark = NOW.minus(Duration.ofDays(300));

    sweep();

    assertThat(lists.asked.get(0).since()).isEqualTo(NOW.minus(Duration.ofDays(30)));
  }

  @Test
  void at_the_bound_of_pages_the_next_pass_goes_on() throws Exception {
    for (int i = 1; i <= PAGES; i++) {
      page("" + i, "after " + i);
    }
    sweep();
    assertThat(lists.asked).hasSize(PAGES);
    assertThat(orphans.swept).isEmpty();

    sweep();

    assertThat(lists.asked.get(PAGES).cursor()).isEqualTo("after " + PAGES);
    assertThat(orphans.swept).containsExactly(FIRST);
  }

  @Test
  void a_list_that_cannot_be_read_is_not_swept_and_keeps_no_other_from_it() throws Exception {
    sweeper = sweeper(node, FIRST, SECOND);
    unread(0);

    sweep();

    assertThat(orphans.swept).containsExactly(SECOND);
  }

  @Test
  void after_a_silence_a_reading_goes_on_where_it_was() throws Exception {
    page("1", "next");
    unread(0);
    sweep();

    sweep();

    assertThat(lists.asked).extracting(Asked::cursor).containsExactly(null, "next", "next");
  }

  @Test
  void a_cursor_that_is_refused_is_given_up() throws Exception {
    page("1", "next");
    unread(1201);
    sweep();

    sweep();

    assertThat(lists.asked).extracting(Asked::cursor).containsExactly(null, "next", null);
  }

  @Test
  void one_node_reads_an_account_at_a_time() throws Exception {
    sweep();
    sweeper = sweeper(store.node("two"), FIRST);

    sweep();

    assertThat(lists.asked).hasSize(1);
  }

  @Test
  void a_node_without_its_lease_reads_nothing() throws Exception {
    node.lost();

    sweep();

    assertThat(lists.asked).isEmpty();
  }

  private Sweeper sweeper(NodeLease lease, TaskList... all) {
    return new Sweeper(
        orphans,
        lists,
        store.membership,
        lease,
        CONFIG,
        new Sweeper.Surroundings(
            PREFIX,
            account -> List.of(all),
            () -> NOW,
            pause -> {
              pauses.add(pause);
              return Future.succeededFuture();
            }));
  }

  private void sweep() throws Exception {
    StoreFixture.await(sweeper.runOnce("main"));
  }

  private void page(String task, @Nullable String next) {
    lists.pages.add(new Page.Read(List.of(new Listed(task, PREFIX + task)), next));
  }

  private void unread(int code) {
    lists.pages.add(
        new Page.Unread(new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, "no answer", code)));
  }
}
