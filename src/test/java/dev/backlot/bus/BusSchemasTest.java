package dev.backlot.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.http.SchemaRoutes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusSchemasTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void every_command_has_its_schema_and_there_are_no_others() {
    List<String> names =
        new ArrayList<>(Addresses.COMMANDS.stream().map(BusSchemas::name).toList());
    names.add("stream-events-v1");
    names.add("refused");

    assertThat(SchemaRoutes.NAMES).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void a_schema_is_called_as_its_address() {
    for (Address<JsonObject> address : Addresses.COMMANDS) {
      JsonObject schema = BusSchemas.read(BusSchemas.name(address));
      assertThat(schema.getString("title")).isEqualTo(address.name());
      assertThat(schema.getJsonObject("$defs").fieldNames()).contains("request", "done", "reply");
    }
  }

  @Test
  void what_the_schemas_point_to_is_there_and_is_checked() {
    BusSchemas schemas = BusSchemas.load(vertx);
    JsonObject good =
        new JsonObject(
            "{\"token\":\"t\",\"body\":{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\"}}}");
    schemas.checkRequest(Addresses.SUBMIT_JOB, good);

    JsonObject bad = new JsonObject("{\"token\":\"t\",\"body\":{\"kind\":7}}");
    assertThatThrownBy(() -> schemas.checkRequest(Addresses.SUBMIT_JOB, bad))
        .isInstanceOf(AssertionError.class);
    JsonObject noReply = new JsonObject("{\"ok\":true,\"status\":202,\"body\":{}}");
    assertThatThrownBy(() -> schemas.checkReply(Addresses.SUBMIT_JOB, noReply))
        .isInstanceOf(AssertionError.class);
  }
}
