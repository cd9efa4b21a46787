package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Admission.Accepted;
import dev.backlot.domain.job.Admission.ExternalIdTaken;
import dev.backlot.domain.job.Admission.TooLittleCredit;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.ClientTerms;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.port.ClientTasks.Page;
import dev.backlot.port.ClientTasks.Search;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** External ids when jobs are taken in, and how jobs are found again. */
class ClientTasksTest {
  private static final String KIND = "text2video";
  private static final Pattern SCAN =
      Pattern.compile("job_tenant on job.*actual time=[0-9.]+ rows=([0-9.]+)");

  private final Store store = new Store();
  private final PgClientTasks tasks = new PgClientTasks(store.database.pool());
  private final TenantId tenant = store.tenant("acme", "100");

  @AfterEach
  void close() {
    store.close();
  }

  private static Submission named(TenantId owner, String cost, String externalId) {
    return Submissions.of(owner, cost).of(new ClientTerms(externalId, null));
  }

  private ClientTask stored(String externalId) {
    Submission submission = named(tenant, "1", externalId);
    assertThat(store.admit(submission)).containsExactly(new Accepted(submission.id()));
    return await(tasks.find(tenant, submission.id())).orElseThrow();
  }

  @Test
  void an_external_id_is_taken_once_and_a_repeat_costs_nothing() {
    stored("a");

    assertThat(store.admit(named(tenant, "1", "a"))).containsExactly(new ExternalIdTaken());
    assertThat(store.balance(tenant).reserved()).isEqualTo(Credits.of("1"));
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void tenants_have_their_ids_for_themselves() {
    TenantId rival = store.tenant("rival", "100");
    stored("a");
    Submission theirs = named(rival, "1", "a");

    assertThat(store.admit(theirs)).containsExactly(new Accepted(theirs.id()));
  }

  @Test
  void of_equal_ids_in_one_group_the_first_is_stored_and_the_others_take_no_credit() {
    Submission first = named(tenant, "60", "a");
    Submission second = named(tenant, "60", "a");
    Submission behind = Submissions.of(tenant, "40");

    assertThat(store.admit(first, second, behind))
        .containsExactly(
            new Accepted(first.id()), new ExternalIdTaken(), new Accepted(behind.id()));
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void a_taken_id_takes_no_credit_from_what_comes_behind_it() {
    stored("a");
    Submission behind = Submissions.of(tenant, "99");

    assertThat(store.admit(named(tenant, "99", "a"), behind))
        .containsExactly(new ExternalIdTaken(), new Accepted(behind.id()));
  }

  @Test
  void an_id_that_was_refused_for_credit_is_free() {
    assertThat(store.admit(named(tenant, "101", "a")).get(0)).isInstanceOf(TooLittleCredit.class);

    stored("a");
  }

  @Test
  void a_group_that_is_stored_again_is_answered_as_the_first_time() {
    Submission submission = named(tenant, "1", "a");

    assertThat(store.admit(submission)).containsExactly(new Accepted(submission.id()));
    assertThat(store.admit(submission)).containsExactly(new Accepted(submission.id()));
    assertThat(store.balance(tenant).reserved()).isEqualTo(Credits.of("1"));
  }

  @Test
  void of_many_nodes_that_store_one_id_at_once_one_does() {
    List<Future<List<Admission>>> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      answers.add(
          store.admissions.admit(
              List.of(Submissions.of(tenant, "1"), named(tenant, "1", "race")), NOW));
    }

    List<Admission> named = answers.stream().map(answer -> await(answer).get(1)).toList();

    assertThat(named).filteredOn(Accepted.class::isInstance).hasSize(1);
    assertThat(named).filteredOn(ExternalIdTaken.class::isInstance).hasSize(11);
    assertThat(store.balance(tenant).reserved()).isEqualTo(Credits.of("13"));
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void a_task_has_18_digits_and_is_found_by_them_and_by_its_external_id() {
    ClientTask task = stored("a");

    assertThat(String.valueOf(task.number())).matches("[0-9]{18}");
    assertThat(task.externalId()).isEqualTo("a");
    assertThat(await(tasks.find(tenant, KIND, String.valueOf(task.number())))).contains(task);
    assertThat(await(tasks.find(tenant, KIND, "a"))).contains(task);
    assertThat(await(tasks.withNumbers(tenant, Set.of(task.number(), 1L)))).containsExactly(task);
    assertThat(await(tasks.withExternalIds(tenant, Set.of("a", "b")))).containsExactly(task);
    assertThat(await(tasks.withIds(tenant, Set.of(task.id(), new JobId(new UUID(1, 1))))))
        .containsExactly(task);
    assertThat(await(tasks.withIds(store.tenant("rival", "1"), Set.of(task.id())))).isEmpty();
  }

  @Test
  void of_an_input_what_is_asked_for_by_name_is_read_and_of_nobody_elses() {
    ClientTask task = stored("a");
    Set<String> members = Set.of("duration", "cfg_scale", "image");

    assertThat(await(tasks.said(tenant, Set.of(task.id()), members)))
        .isEqualTo(Map.of(task.id(), Map.of("duration", "\"5\"", "cfg_scale", "0.50")));
    assertThat(await(tasks.said(store.tenant("rival", "1"), Set.of(task.id()), members))).isEmpty();
  }

  @Test
  void a_member_that_is_too_long_to_be_shown_is_not_read() {
    ClientTask task = stored("a");
    store.database.execute(
        "UPDATE job SET input = json_build_object('image', repeat('a', 16383), 'mode', 'std')");

    assertThat(await(tasks.said(tenant, Set.of(task.id()), Set.of("image", "mode"))))
        .isEqualTo(Map.of(task.id(), Map.of("mode", "\"std\"")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"watermark_info\":{\"enabled\":true}}; true",
        "{\"options\":{\"watermark_info\":{\"enabled\":true}}}; true",
        "{\"watermark_info\":{\"enabled\":false}}; false",
        "{}; false",
      })
  void a_task_knows_whether_a_watermark_was_asked_for(String input, boolean asked) {
    ClientTask task = stored("a");
    store.database.execute("UPDATE job SET input = '" + input + "'");

    assertThat(await(tasks.find(tenant, task.id())).orElseThrow().watermark()).isEqualTo(asked);
  }

  @Test
  void an_id_of_ours_goes_before_one_that_a_client_has_made_up() {
    ClientTask ours = stored("a");
    stored(String.valueOf(ours.number()));

    assertThat(await(tasks.find(tenant, KIND, String.valueOf(ours.number())))).contains(ours);
  }

  @Test
  void a_task_of_another_kind_or_tenant_does_not_exist() {
    ClientTask task = stored("a");
    TenantId rival = store.tenant("rival", "1");
    String number = String.valueOf(task.number());

    assertThat(await(tasks.find(tenant, "image2video", number))).isEmpty();
    assertThat(await(tasks.find(rival, KIND, number))).isEmpty();
    assertThat(await(tasks.find(rival, KIND, "a"))).isEmpty();
    assertThat(await(tasks.find(rival, task.id()))).isEmpty();
    assertThat(await(tasks.withNumbers(rival, Set.of(task.number())))).isEmpty();
    assertThat(await(tasks.withExternalIds(rival, Set.of("a")))).isEmpty();
    assertThat(await(tasks.newest(rival, KIND, 0, 10)).tasks()).isEmpty();
  }

  @Test
  void what_can_be_nobodys_id_finds_nothing() {
    assertThat(await(tasks.find(tenant, KIND, "\u0000"))).isEmpty();
    assertThat(await(tasks.find(tenant, KIND, "9".repeat(40)))).isEmpty();
    assertThat(await(tasks.withExternalIds(tenant, Set.of("\u0000")))).isEmpty();
  }

  @Test
  void pages_are_newest_first() {
    List<ClientTask> all = IntStream.range(0, 4).mapToObj(i -> stored("t" + i)).toList();

    assertThat(await(tasks.newest(tenant, KIND, 0, 2)).tasks())
        .containsExactly(all.get(3), all.get(2));
    assertThat(await(tasks.newest(tenant, KIND, 3, 2)).tasks()).containsExactly(all.get(0));
  }

  @Test
  void a_search_is_bounded_by_time_state_and_place() {
    List<ClientTask> all = IntStream.range(0, 3).mapToObj(i -> stored("t" + i)).toList();
    Search any = search(Set.of(JobState.QUEUED), null);

    assertThat(await(tasks.search(tenant, any, 10)).tasks())
        .containsExactly(all.get(2), all.get(1), all.get(0));
    assertThat(await(tasks.search(tenant, search(Set.of(JobState.QUEUED), all.get(2)), 1)).tasks())
        .containsExactly(all.get(1));
    assertThat(await(tasks.search(tenant, search(Set.of(JobState.FAILED), null), 10)).tasks())
        .isEmpty();
  }

  @Test
  void a_page_that_is_not_full_tells_where_the_look_has_ended() {
    List<ClientTask> all = IntStream.range(0, 4).mapToObj(i -> stored("t" + i)).toList();
    PgClientTasks near = new PgClientTasks(store.database.pool(), 3);

    assertThat(await(near.newest(tenant, "avatar", 0, 2)).behind()).isEqualTo(all.get(1).id());
    assertThat(await(near.newest(tenant, KIND, 0, 3)).behind()).isNull();
    Page last = await(near.newest(tenant, KIND, 2, 2));
    assertThat(last.tasks()).containsExactly(all.get(1));
    assertThat(last.behind()).isEqualTo(all.get(1).id());
    assertThat(await(tasks.newest(tenant, "avatar", 0, 2)).behind()).isNull();
  }

  @Test
  void a_search_goes_on_where_its_look_has_ended() {
    List<ClientTask> all = IntStream.range(0, 4).mapToObj(i -> stored("t" + i)).toList();
    PgClientTasks near = new PgClientTasks(store.database.pool(), 3);
    Page first = await(near.search(tenant, search(Set.of(JobState.FAILED), null), 10));
    assertThat(first.tasks()).isEmpty();
    assertThat(first.behind()).isEqualTo(all.get(1).id());

    Page next = await(near.search(tenant, search(Set.of(JobState.QUEUED), all.get(1)), 10));

    assertThat(next.tasks()).containsExactly(all.get(0));
    assertThat(next.behind()).isNull();
  }

  @Test
  void no_page_reads_more_rows_than_it_may_look_at() {
    Submission[] jobs =
        IntStream.range(0, 90)
            .mapToObj(i -> named(tenant, "1", "t" + i))
            .toArray(Submission[]::new);
    store.admit(jobs);
    Tuple deep = Rows.arguments(tenant.value(), "avatar", 500, 500, 40);
    Tuple rare =
        Rows.arguments(
            tenant.value(),
            new UUID(0, 0),
            new UUID(-1, -1),
            new String[] {KIND},
            new String[] {"failed"},
            501,
            40);

    assertThat(rowsRead(ClientTaskSql.NEWEST, deep)).isEqualTo(40);
    assertThat(rowsRead(ClientTaskSql.SEARCH, rare)).isEqualTo(40);
  }

  /** By the part of the statement that reads the tenant's jobs. */
  private long rowsRead(String sql, Tuple arguments) {
    String plan =
        await(
                store
                    .database
                    .pool()
                    .withConnection(
                        connection ->
                            connection
                                .query("SET enable_seqscan = off")
                                .execute()
                                .compose(
                                    set ->
                                        connection
                                            .preparedQuery("EXPLAIN (ANALYZE) " + sql)
                                            .execute(arguments))))
            .stream()
            .map(row -> row.getString(0))
            .collect(Collectors.joining("\n"));
    Matcher scan = SCAN.matcher(plan);
    assertThat(scan.find()).as(plan).isTrue();
    return Math.round(Double.parseDouble(scan.group(1)));
  }

  private static Search search(Set<JobState> states, @Nullable ClientTask before) {
    return new Search(
        Set.of(KIND),
        states,
        NOW.minusSeconds(900_000_000),
        NOW.plusSeconds(900_000_000),
        before == null ? null : before.id());
  }
}
