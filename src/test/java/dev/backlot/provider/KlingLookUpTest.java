package dev.backlot.provider;

import static dev.backlot.provider.KlingFixture.FIRST_SENT;
import static dev.backlot.provider.KlingFixture.ID;
import static dev.backlot.provider.KlingFixture.PATH;
import static dev.backlot.provider.KlingStub.answer;
import static dev.backlot.provider.KlingStub.error;
import static dev.backlot.provider.KlingStub.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.job.TaskLookup.NotThere;
import dev.backlot.domain.job.TaskLookup.Unclear;
import dev.backlot.domain.job.TaskReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Not there" takes two that agree (promise P2). Pages hold two tasks; three are read at most. */
class KlingLookUpTest {
  private static final long SENT = FIRST_SENT.toEpochMilli();
  private static final long MINUTE = 60_000;

  private KlingFixture kling;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
    kling.stub.get(PATH + "/", answer(400, error(1201, "Task not found by id/external id")));
  }

  @AfterEach
  void stop() throws Exception {
    kling.close();
  }

  @Nested
  class On_the_product_path {
    @ParameterizedTest
    @ValueSource(ints = {1000, 1200, 1302, 5000, 5001, 5002})
    void other_codes_conclude_nothing(int code) throws Exception {
      kling.stub.get(PATH + "/", answer(404, error(code, "not found")));

      assertThat(withTasks()).isInstanceOf(Unclear.class);
      assertThat(kling.stub.seen()).hasSize(1);
    }

    @Test
    void a_status_404_without_an_envelope_concludes_nothing() throws Exception {
      kling.stub.get(PATH + "/", answer(404, "not found"));

      assertThat(withTasks()).isInstanceOf(Unclear.class);
    }

    @Test
    void the_task_of_another_id_is_not_adopted() throws Exception {
      kling.stub.get(PATH + "/", answer(200, success(legacy("another", SENT))));

      assertThat(withTasks()).isInstanceOf(Unclear.class);
    }
  }

  @Nested
  class With_tasks_as_the_second_way {
    @Test
    void an_empty_list_agrees() throws Exception {
      kling.stub.get("/tasks", answer(200, success(new JsonArray())));

      assertThat(withTasks()).isInstanceOf(NotThere.class);
      assertThat(kling.stub.seen().get(1).uri()).isEqualTo("/tasks?external_task_ids=" + ID);
    }

    @Test
    void a_task_that_only_tasks_knows_is_adopted() throws Exception {
      JsonObject task = new JsonObject().put("id", "42").put("external_id", ID);
      kling.stub.get("/tasks", answer(200, success(new JsonArray().add(task))));

      assertThat(withTasks()).isEqualTo(new Found(new TaskReport.Pending("42", "submitted")));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"code\":0}",
          "{\"code\":0,\"data\":null}",
          "{\"code\":0,\"data\":{}}",
          "{\"code\":0,\"data\":[{\"id\":\"1\",\"external_id\":\"another\"}]}",
          "{\"code\":1002,\"message\":\"does not support AK/SK\"}",
          "{\"code\":1201,\"message\":\"Task not found\"}",
          "<html>"
        })
    void anything_else_concludes_nothing(String body) throws Exception {
      kling.stub.get("/tasks", answer(200, body));

      assertThat(withTasks()).isInstanceOf(Unclear.class);
    }
  }

  @Nested
  class With_the_list_as_the_second_way {
    @Test
    void the_end_of_the_list_agrees() throws Exception {
      pages(page(SENT + 3, SENT + 2), page(SENT + 1), page());

      assertThat(withList()).isInstanceOf(NotThere.class);
    }

    @Test
    void a_page_that_is_merely_short_is_not_the_end() throws Exception {
      pages(page(SENT + 3), new JsonArray().add(legacy(ID, SENT)));

      assertThat(withList()).isInstanceOf(Found.class);
    }

    @Test
    void a_page_from_before_the_first_send_agrees() throws Exception {
      pages(page(SENT + 1, SENT - 2 * MINUTE));

      assertThat(withList()).isInstanceOf(NotThere.class);
      assertThat(kling.stub.seen()).hasSize(2);
    }

    @Test
    void the_clocks_may_differ_by_the_skew() throws Exception {
      pages(page(SENT + 1, SENT - MINUTE / 2), page(SENT - MINUTE * 2));

      assertThat(withList()).isInstanceOf(NotThere.class);
      assertThat(kling.stub.seen()).hasSize(3);
    }

    @Test
    void a_task_on_a_later_page_is_found() throws Exception {
      pages(page(SENT + 9, SENT + 8), new JsonArray().add(legacy(ID, SENT)));

      assertThat(withList())
          .asInstanceOf(type(Found.class))
          .satisfies(found -> assertThat(found.report().taskId()).isEqualTo("id-" + SENT));
    }

    @Test
    void tasks_made_meanwhile_push_a_page_over_the_one_before() throws Exception {
      pages(page(SENT + 9, SENT + 8), page(SENT + 9, SENT - 2 * MINUTE));

      assertThat(withList()).isInstanceOf(NotThere.class);
    }

    @Test
    void nothing_is_concluded_when_the_bound_of_pages_comes_first() throws Exception {
      pages(page(SENT + 9, SENT + 8), page(SENT + 7, SENT + 6), page(SENT + 5, SENT + 4), page());

      assertThat(withList())
          .asInstanceOf(type(Unclear.class))
          .returns(ErrorCode.OVERLOADED, Unclear::code);
      assertThat(kling.stub.seen()).hasSize(4);
    }

    @Test
    void a_list_in_another_order_proves_nothing_but_its_end() throws Exception {
      pages(
          page(SENT - 9 * MINUTE, SENT - 8 * MINUTE),
          page(SENT - 7 * MINUTE, SENT - 8 * MINUTE),
          page(SENT - 6 * MINUTE));

      assertThat(withList()).isInstanceOf(Unclear.class);
    }

    @Test
    void a_task_without_a_date_proves_nothing() throws Exception {
      JsonObject undated = legacy("another", SENT);
      undated.remove("created_at");
      pages(new JsonArray().add(undated), page(SENT - 9 * MINUTE), page(SENT - 10 * MINUTE));

      assertThat(withList()).isInstanceOf(Unclear.class);
    }

    @Test
    void a_page_that_goes_wrong_concludes_nothing() throws Exception {
      pages(page(SENT + 9, SENT + 8));
      kling.stub.get(PATH + "?pageNum=2", answer(502, "<html>"));

      assertThat(withList()).isInstanceOf(Unclear.class);
    }
  }

  @Nested
  class In_the_newer_dialect {
    @Test
    void nothing_in_tasks_and_the_end_of_the_list_agree() throws Exception {
      assertThat(newer(LookupBy.TASKS)).isInstanceOf(NotThere.class);

      assertThat(kling.stub.seen())
          .extracting(seen -> seen.method() + " " + seen.uri())
          .containsExactly("GET /tasks?external_task_ids=" + ID, "POST /tasks");
      assertThat(new JsonObject(kling.stub.seen().get(1).body()).getLong("start_time"))
          .isLessThan(SENT);
    }

    @Test
    void a_task_that_only_the_list_knows_is_adopted() throws Exception {
      kling.stub.searches(List.of(answer(200, found("", false, "another", ID))));

      assertThat(newer(LookupBy.TASKS)).isInstanceOf(Found.class);
    }

    @Test
    void the_list_is_read_from_cursor_to_cursor() throws Exception {
      kling.stub.searches(
          List.of(answer(200, found("next", true, "another")), answer(200, found("", false, ID))));

      assertThat(newer(LookupBy.TASKS)).isInstanceOf(Found.class);
      assertThat(new JsonObject(kling.stub.seen().get(2).body()).getString("cursor"))
          .isEqualTo("next");
    }

    @Test
    void nothing_is_concluded_when_the_bound_of_pages_comes_first() throws Exception {
      kling.stub.searches(
          List.of(
              answer(200, found("a", true, "x")),
              answer(200, found("b", true, "x")),
              answer(200, found("c", true, "x"))));

      assertThat(newer(LookupBy.TASKS))
          .asInstanceOf(type(Unclear.class))
          .returns(ErrorCode.OVERLOADED, Unclear::code);
      assertThat(kling.stub.seen()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"code\":0}",
          "{\"code\":0,\"data\":[]}",
          "{\"code\":0,\"data\":{\"result\":[]}}",
          "{\"code\":0,\"data\":{\"result\":[],\"has_more\":true,\"next_cursor\":\"\"}}",
          "{\"code\":1201,\"message\":\"Task not found\"}",
          "<html>"
        })
    void a_list_without_an_end_concludes_nothing(String body) throws Exception {
      kling.stub.searches(List.of(answer(200, body)));

      assertThat(newer(LookupBy.TASKS)).isInstanceOf(Unclear.class);
    }

    private static String found(String cursor, boolean more, String... externalIds) {
      JsonArray result = new JsonArray();
      for (String id : externalIds) {
        result.add(new JsonObject().put("id", "42").put("external_id", id));
      }
      return success(
          new JsonObject().put("result", result).put("next_cursor", cursor).put("has_more", more));
    }
  }

  @Nested
  class By_the_list_alone {
    @Test
    void the_product_path_is_not_asked_and_tasks_have_to_agree() throws Exception {
      pages(page());

      assertThat(legacy(LookupBy.LIST)).isInstanceOf(NotThere.class);
      assertThat(kling.stub.seen())
          .extracting(KlingStub.Seen::uri)
          .containsExactly(PATH + "?pageNum=1&pageSize=2", "/tasks?external_task_ids=" + ID);
    }

    @Test
    void a_task_in_the_list_is_adopted() throws Exception {
      pages(new JsonArray().add(KlingLookUpTest.legacy(ID, SENT)));

      assertThat(legacy(LookupBy.LIST)).isInstanceOf(Found.class);
    }
  }

  @Test
  void what_cannot_be_looked_up_is_not_asked_for() throws Exception {
    assertThat(legacy(LookupBy.NONE)).isInstanceOf(Unclear.class);
    assertThat(kling.stub.seen()).isEmpty();
  }

  private TaskLookup newer(LookupBy lookup) throws Exception {
    KlingClient client = kling.client(KlingConfigs.withApiKey(kling.stub.address()));
    return kling.lookUp(client, "path-per-model", "/text-to-video/kling-3.0", lookup);
  }

  private TaskLookup legacy(LookupBy lookup) throws Exception {
    KlingClient client = kling.client(KlingConfigs.withApiKey(kling.stub.address()));
    return kling.lookUp(client, "legacy", PATH, lookup);
  }

  private TaskLookup withTasks() throws Exception {
    return kling.lookUp(kling.client(KlingConfigs.withApiKey(kling.stub.address())));
  }

  private TaskLookup withList() throws Exception {
    return kling.lookUp(kling.client(KlingConfigs.withKeyPair(kling.stub.address())));
  }

  private void pages(JsonArray... pages) {
    for (int i = 0; i < pages.length; i++) {
      kling.stub.get(PATH + "?pageNum=" + (i + 1) + "&pageSize=2", answer(200, success(pages[i])));
    }
  }

  private static JsonArray page(long... createdAt) {
    JsonArray page = new JsonArray();
    Arrays.stream(createdAt).forEach(at -> page.add(legacy("another", at)));
    return page;
  }

  private static JsonObject legacy(String externalId, long createdAt) {
    return new JsonObject()
        .put("task_id", "id-" + createdAt)
        .put("task_status", "processing")
        .put("task_info", new JsonObject().put("external_task_id", externalId))
        .put("created_at", createdAt);
  }
}
