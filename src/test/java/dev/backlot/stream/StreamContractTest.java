package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The AsyncAPI document beside the code. What the server says is compared with it wherever a test
 * listens: see {@link StreamClient} and {@link EventStreamClient}.
 */
class StreamContractTest {
  private final StreamContract contract = StreamContract.DOCUMENT;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'auth','token':'bst_0123456789ab_an-opaque-secret'}",
        "{'type':'subscribe','id':'a','tenant':true}",
        "{'type':'subscribe','id':'a','tenant':true,'cursor':null}",
        "{'type':'subscribe','id':'a','tenant':true,'events':['job.failed','job.succeeded']}",
        "{'type':'subscribe','id':'a','jobs':['01900000-0000-7000-8000-000000000001']}",
        "{'type':'subscribe','id':'a','batch':'01900000-0000-7000-8000-000000000001'}",
        "{'type':'unsubscribe','id':'a'}"
      })
  void what_may_be_said_is_accepted(String message) {
    assertThat(contract.allows(json(message))).isTrue();
    assertThat(isAccepted(json(message))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void what_may_not_be_said_is_refused(JsonObject message) {
    assertThat(contract.allows(message)).isFalse();
    assertThat(isAccepted(message)).isFalse();
  }

  @Test
  void every_message_of_a_client_is_described() {
    assertThat(contract.saidBy("receive"))
        .isEqualTo(
            Arrays.stream(ClientMessage.class.getPermittedSubclasses())
                .map(type -> type.getSimpleName().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet()));
  }

  @Test
  void the_event_types_are_those_of_the_transition_table() {
    assertThat(schema("EventType").getJsonArray("enum"))
        .containsExactlyElementsOf(List.<Object>copyOf(EventTypes.ALL));
    assertThat(schema("JobState").getJsonArray("enum"))
        .containsExactlyElementsOf(
            Stream.of(JobState.values()).<Object>map(JobState::text).toList());
  }

  private JsonObject schema(String name) {
    return contract
        .document()
        .getJsonObject("components")
        .getJsonObject("schemas")
        .getJsonObject(name);
  }

  static Stream<JsonObject> nonsense() {
    JsonArray tooMany = new JsonArray();
    StatusSocketTest.jobs(101).forEach(job -> tooMany.add(job.toString()));
    JsonArray events = new JsonArray();
    IntStream.range(0, 10).forEach(n -> events.add("job.failed"));
    JsonObject whole = json("{'type':'subscribe','id':'a','tenant':true}");
    return Stream.of(
        json("{}"),
        json("{'type':'shout'}"),
        json("{'type':'auth'}"),
        json("{'type':'auth','token':''}"),
        json("{'type':'auth','token':'x','again':true}"),
        json("{'type':'auth'}").put("token", "x".repeat(201)),
        json("{'type':'subscribe','id':'a'}"),
        json("{'type':'subscribe','tenant':true}"),
        json("{'type':'subscribe','id':7,'tenant':true}"),
        json("{'type':'subscribe','id':'a','tenant':false}"),
        json("{'type':'subscribe','id':'a','tenant':true,'jobs':['x']}"),
        json("{'type':'subscribe','id':'a','batch':'b','jobs':['x']}"),
        json("{'type':'subscribe','id':'a','jobs':[]}"),
        json("{'type':'subscribe','id':'a','jobs':[7]}"),
        json("{'type':'subscribe','id':'a','jobs':null}"),
        json("{'type':'subscribe','id':'a'}").put("jobs", tooMany),
        json("{'type':'subscribe','id':'a','batch':7}"),
        json("{'type':'subscribe','id':'a','batch':''}"),
        json("{'type':'subscribe','tenant':true}").put("id", "x".repeat(65)),
        whole.copy().put("cursr", "x"),
        whole.copy().put("cursor", ""),
        whole.copy().put("cursor", "x".repeat(65)),
        whole.copy().put("events", new JsonArray()),
        whole.copy().put("events", events),
        whole.copy().put("events", "job.failed"),
        json("{'type':'unsubscribe'}"),
        json("{'type':'unsubscribe','id':'a','tenant':true}"));
  }

  private static boolean isAccepted(JsonObject message) {
    try {
      ClientMessage.parse(message.encode());
      return true;
    } catch (BacklotException refused) {
      return false;
    }
  }

  private static JsonObject json(String singleQuoted) {
    return new JsonObject(singleQuoted.replace('\'', '"'));
  }
}
