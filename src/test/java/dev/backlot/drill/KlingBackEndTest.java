package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a strict client of Kling's API does, and what it does not put up with. */
class KlingBackEndTest {
  private static final Order CLIP = Order.of(13);
  private static final Order NAMELESS = Order.of(33);
  private static final String CREATE = "POST /v1/videos/text2video";
  private static final String QUERY = "GET /v1/videos/text2video/drill-7-13";

  private final Troubles killed = new Troubles(1);
  private ScriptedNode node;
  private Clients clients;
  private KlingBackEnd kling;

  @BeforeEach
  void start() throws Exception {
    node = new ScriptedNode();
    killed.begin(0);
    clients = new Clients(List.of(node.address()), "key", killed, new Troubles(1), new Troubles(1));
    kling = new KlingBackEnd(clients, 7, order -> Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @Test
  void a_lost_answer_is_looked_up_before_it_is_posted_again() {
    node.breaksOff().says(400, envelope(1201)).says(200, task());
    Submitter.Attempt attempt = kling.begin(CLIP);

    assertThat(attempt.send(0)).isEmpty();
    assertThat(attempt.send(0)).contains("9");
    assertThat(node.asked()).containsExactly(CREATE, QUERY, CREATE);
    assertThat(clients.surprises()).isEmpty();
  }

  @Test
  void what_already_exists_after_an_unknown_outcome_is_found_by_its_id() {
    node.says(504, envelope(5002))
        .says(400, envelope(1201))
        .says(400, envelope(1201))
        .says(200, task());
    Submitter.Attempt attempt = kling.begin(CLIP);

    assertThat(attempt.send(0)).isEmpty();
    assertThat(attempt.send(0)).isEmpty();
    assertThat(attempt.send(0)).contains("9");
    assertThat(node.asked()).containsExactly(CREATE, QUERY, CREATE, QUERY);
    assertThat(clients.surprises()).isEmpty();
  }

  @Test
  void what_already_exists_after_a_plain_refusal_is_a_surprise() {
    node.says(503, envelope(5001)).says(400, envelope(1201));
    Submitter.Attempt attempt = kling.begin(CLIP);

    attempt.send(0);
    attempt.send(0);

    assertThat(clients.surprises()).hasSize(1);
  }

  @Test
  void without_an_id_a_lost_answer_is_asked_for_again_at_once() {
    node.breaksOff().says(504, envelope(5002)).says(200, task());
    Submitter.Attempt attempt = kling.begin(NAMELESS);

    assertThat(attempt.send(0)).isEmpty();
    assertThat(attempt.send(0)).isEmpty();
    assertThat(attempt.send(0)).contains("9");
    assertThat(node.asked()).containsExactly(CREATE, CREATE, CREATE);
    assertThat(clients.surprises()).isEmpty();
  }

  @Test
  void without_an_id_nothing_already_exists() {
    node.breaksOff().says(400, envelope(1201));
    Submitter.Attempt attempt = kling.begin(NAMELESS);

    attempt.send(0);
    attempt.send(0);

    assertThat(clients.surprises()).hasSize(1);
  }

  @Test
  void an_error_that_is_no_envelope_is_a_surprise() {
    node.says(503, new JsonObject().put("title", "overloaded"));

    kling.begin(CLIP).send(0);

    assertThat(clients.surprises()).hasSize(1);
  }

  @Test
  void a_second_task_under_one_id_is_a_surprise() {
    node.says(200, task());

    kling.again(CLIP).send(0);

    assertThat(clients.surprises()).hasSize(1);
  }

  @Test
  void a_full_account_is_never_told_to_a_client() {
    node.says(429, envelope(1303));

    kling.begin(CLIP).send(0);

    assertThat(clients.surprises()).hasSize(1);
  }

  private static JsonObject envelope(int code) {
    return new JsonObject().put("code", code).put("message", "m").put("request_id", "r");
  }

  private static JsonObject task() {
    return envelope(0).put("data", new JsonObject().put("task_id", "9"));
  }
}
