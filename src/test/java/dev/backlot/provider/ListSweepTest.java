package dev.backlot.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.job.TaskLookup.NotThere;
import dev.backlot.domain.job.TaskLookup.Unclear;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.VideoProvider.ByTaskId;
import dev.backlot.port.VideoProvider.Together;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many running tasks of one product, looked for in its list over real HTTP. */
class ListSweepTest {
  private static final int PAGE = 30;

  private KlingFixture kling;
  private KlingClient client;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
    client = kling.client(KlingConfigs.withKeyPair(kling.stub.address()));
  }

  @AfterEach
  void stop() throws Exception {
    kling.close();
  }

  /** The stub's list shows tasks with these numbers, 30 on a page. */
  private void pages(int... numbersOfPages) {
    for (int page = 1; page <= numbersOfPages.length; page++) {
      JsonArray tasks = new JsonArray();
      int first = (page - 1) * PAGE;
      IntStream.range(first, first + numbersOfPages[page - 1])
          .forEach(
              number ->
                  tasks.add(
                      new JsonObject()
                          .put("task_id", "t" + number)
                          .put("task_status", number % 2 == 0 ? "processing" : "failed")
                          .put("task_status_msg", "m")));
      kling.stub.get(
          KlingFixture.PATH + "?pageNum=" + page + "&",
          KlingStub.answer(200, KlingStub.success(tasks)));
    }
  }

  private List<TaskLookup> ask(String... ids) throws Exception {
    List<ByTaskId> tasks =
        Stream.of(ids)
            .map(id -> new ByTaskId(KlingConfigs.ACCOUNT, "legacy", KlingFixture.PATH, id))
            .toList();
    return KlingFixture.get(kling.onLoop(() -> client.queryAll(tasks)));
  }

  @Test
  void an_account_that_signs_tokens_has_legacy_tasks_asked_for_by_their_list() {
    assertThat(client.together(KlingConfigs.ACCOUNT, "legacy")).isEqualTo(Together.BY_LIST);
    assertThat(client.together(KlingConfigs.ACCOUNT, "path-per-model")).isEqualTo(Together.SINGLY);
  }

  @Test
  void one_with_an_api_key_has_them_asked_for_by_id_whatever_their_dialect() {
    KlingClient withKey = kling.client(KlingConfigs.withApiKey(kling.stub.address()));

    assertThat(withKey.together(KlingConfigs.ACCOUNT, "legacy")).isEqualTo(Together.BY_ID);
    assertThat(withKey.together(KlingConfigs.ACCOUNT, "path-per-model")).isEqualTo(Together.BY_ID);
  }

  @Test
  void pages_are_read_until_all_are_found() throws Exception {
    pages(PAGE, PAGE, PAGE);

    assertThat(ask("t31", "t2", "t5"))
        .satisfiesExactly(
            one -> assertThat(((Found) one).report()).isInstanceOf(TaskReport.Failed.class),
            two -> assertThat(((Found) two).report()).isInstanceOf(TaskReport.Pending.class),
            three -> assertThat(((Found) three).report().taskId()).isEqualTo("t5"));
    assertThat(kling.stub.seen()).hasSize(2);
  }

  @Test
  void what_the_list_does_not_show_to_its_end_is_not_there() throws Exception {
    pages(PAGE, 4);

    assertThat(ask("t1", "t99"))
        .satisfiesExactly(
            one -> assertThat(one).isInstanceOf(Found.class),
            two -> assertThat(two).isInstanceOf(NotThere.class));
    assertThat(kling.stub.seen()).hasSize(2);
  }

  @Test
  void no_more_pages_are_read_than_the_bound() throws Exception {
    pages(PAGE, PAGE, PAGE, PAGE);

    assertThat(ask("t100")).hasOnlyElementsOfType(NotThere.class);
    assertThat(kling.stub.seen()).hasSize(3);
  }

  @Test
  void a_page_that_fails_is_unclear_for_those_that_were_not_found_before() throws Exception {
    pages(PAGE);
    kling.stub.get(
        KlingFixture.PATH + "?pageNum=2&", KlingStub.answer(503, KlingStub.error(5001, "m")));

    assertThat(ask("t1", "t31"))
        .satisfiesExactly(
            one -> assertThat(one).isInstanceOf(Found.class),
            two -> assertThat(two).isInstanceOf(Unclear.class));
  }

  @Test
  void an_answer_that_is_no_list_is_unclear_for_all() throws Exception {
    kling.stub.get(
        KlingFixture.PATH + "?",
        KlingStub.answer(200, KlingStub.success(new JsonObject().put("task_id", "t1"))));

    assertThat(ask("t1", "t2")).hasSize(2).hasOnlyElementsOfType(Unclear.class);
  }

  @Test
  void a_larger_page_is_read_for_more_tasks() throws Exception {
    pages(PAGE);

    ask(IntStream.range(0, 100).mapToObj(i -> "t" + i).toArray(String[]::new));

    assertThat(kling.stub.seen().get(0).uri()).endsWith("pageSize=200");
  }

  @Test
  void a_result_that_the_newer_form_has_no_place_for_is_to_be_asked_for_by_its_path()
      throws Exception {
    client = kling.client(KlingConfigs.withApiKey(kling.stub.address()));
    JsonArray tasks =
        new JsonArray()
            .add(new JsonObject().put("id", "t1").put("status", "succeeded"))
            .add(new JsonObject().put("id", "t2").put("status", "processing"));
    kling.stub.get("/tasks?task_ids=", KlingStub.answer(200, KlingStub.success(tasks)));

    assertThat(ask("t1", "t2"))
        .satisfiesExactly(
            one -> assertThat(one).isInstanceOf(NotThere.class),
            two -> assertThat(two).isInstanceOf(Found.class));
  }
}
