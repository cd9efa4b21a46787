package dev.backlot.stream.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.stream.bridge.BridgeMessage.Ping;
import dev.backlot.stream.bridge.BridgeMessage.Publish;
import dev.backlot.stream.bridge.BridgeMessage.Register;
import dev.backlot.stream.bridge.BridgeMessage.Send;
import dev.backlot.stream.bridge.BridgeMessage.Unreadable;
import dev.backlot.stream.bridge.BridgeMessage.Unregister;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeMessageTest {
  @Test
  void a_request_names_where_it_goes_and_where_its_answer_is_awaited() {
    assertThat(
            BridgeMessage.parse(
                """
                {"type": "send", "address": "a.v1", "replyAddress": "r-1", "headers": {"x": "y"},
                 "body": {"token": "t"}}"""))
        .isEqualTo(new Send("a.v1", "r-1", new JsonObject().put("token", "t")));
  }

  @Test
  void a_request_need_not_want_an_answer() {
    assertThat(BridgeMessage.parse("{\"type\":\"send\",\"address\":\"a\",\"body\":{}}"))
        .isEqualTo(new Send("a", null, new JsonObject()));
  }

  @Test
  void a_ping_needs_nothing() {
    assertThat(BridgeMessage.parse("{\"type\":\"ping\"}")).isEqualTo(new Ping());
  }

  @Test
  void the_other_messages_have_an_address() {
    assertThat(BridgeMessage.parse(of("publish"))).isEqualTo(new Publish("a"));
    assertThat(BridgeMessage.parse(of("register"))).isEqualTo(new Register("a"));
    assertThat(BridgeMessage.parse(of("unregister"))).isEqualTo(new Unregister("a"));
  }

  @Test
  void what_a_request_says_is_not_shown() {
    BridgeMessage send =
        BridgeMessage.parse(
            "{\"type\":\"send\",\"address\":\"a\",\"body\":{\"token\":\"bst_c4nary\"}}");

    assertThat(send.toString()).contains("a").doesNotContain("c4nary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nothing", "[]", "\"text\"", "7", "null", "{\"type\":", "{}}", "{a:1}"})
  void what_is_no_json_object_is_unreadable_and_never_fails(String text) {
    assertThat(BridgeMessage.parse(text)).isInstanceOf(Unreadable.class);
  }

  @Test
  void json_that_is_too_deep_is_unreadable() {
    String deep = "{\"a\":".repeat(30_000) + "1" + "}".repeat(30_000);

    assertThat(BridgeMessage.parse(deep))
        .isEqualTo(new Unreadable(BridgeRefusal.INVALID_JSON, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                             | MISSING_TYPE",
        "{\"type\":7}                                                   | MISSING_TYPE",
        "{\"type\":\"send\"}                                            | MISSING_ADDRESS",
        "{\"type\":\"send\",\"address\":7}                              | MISSING_ADDRESS",
        "{\"type\":\"send\",\"address\":\"\"}                           | MISSING_ADDRESS",
        "{\"type\":\"shout\",\"address\":\"a\"}                         | INVALID_TYPE",
        "{\"type\":\"send\",\"address\":\"a\"}                          | INVALID_BODY",
        "{\"type\":\"send\",\"address\":\"a\",\"body\":\"b\"}           | INVALID_BODY",
        "{\"type\":\"send\",\"address\":\"a\",\"replyAddress\":7}       | INVALID_REPLY_ADDRESS",
        "{\"type\":\"send\",\"address\":\"a\",\"replyAddress\":\"a.b\"} | INVALID_REPLY_ADDRESS"
      })
  void what_is_missing_is_named(String text, BridgeRefusal refusal) {
    assertThat(BridgeMessage.parse(text))
        .isInstanceOfSatisfying(
            Unreadable.class, it -> assertThat(it.refusal()).isEqualTo(refusal));
  }

  @Test
  void an_address_of_any_length_is_none() {
    String text = new JsonObject(of("register")).put("address", "a".repeat(101)).encode();

    assertThat(BridgeMessage.parse(text))
        .isEqualTo(new Unreadable(BridgeRefusal.MISSING_ADDRESS, null));
  }

  @Test
  void a_refusal_finds_whoever_waits_for_the_answer() {
    JsonObject err = new JsonObject(BridgeRefusal.ACCESS_DENIED.message("r-1"));

    assertThat(err)
        .isEqualTo(
            new JsonObject()
                .put("type", "err")
                .put("address", "r-1")
                .put("failureCode", 121)
                .put("failureType", "RECIPIENT_FAILURE")
                .put("message", "access_denied")
                .put("body", "access_denied"));
  }

  private static String of(String type) {
    return new JsonObject().put("type", type).put("address", "a").encode();
  }
}
