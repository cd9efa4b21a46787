package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the drill takes for a good series of calls. */
class CalleeTest {
  private final Vertx vertx = Vertx.vertx();
  private final Callee callee = Callee.start(vertx);

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void statuses_in_order_are_good_and_so_is_one_that_comes_again() throws Exception {
    older("submitted", "processing", "processing", "succeed");

    assertThat(callee.isInOrder("1")).isTrue();
    assertThat(callee.knowsEnd("1")).isTrue();
    assertThat(callee.calls("1")).hasSize(4);
  }

  @Test
  void a_status_behind_a_later_one_is_not() throws Exception {
    older("processing", "submitted");

    assertThat(callee.isInOrder("1")).isFalse();
    assertThat(callee.knowsEnd("1")).isFalse();
  }

  @Test
  void a_word_of_the_other_dialect_is_not() throws Exception {
    older("succeeded");
    call(new JsonObject().put("id", "2").put("status", "succeed"));
    call(new JsonObject().put("id", "3").put("status", "succeeded"));

    assertThat(callee.isInOrder("1")).isFalse();
    assertThat(callee.isInOrder("2")).isFalse();
    assertThat(callee.isInOrder("3")).isTrue();
  }

  private void older(String... statuses) throws Exception {
    for (String status : statuses) {
      call(new JsonObject().put("task_id", "1").put("task_status", status));
    }
  }

  private void call(JsonObject body) throws Exception {
    WebClient.create(vertx)
        .postAbs(callee.url(Order.of(3)))
        .sendBuffer(body.toBuffer())
        .await(20, TimeUnit.SECONDS);
  }
}
