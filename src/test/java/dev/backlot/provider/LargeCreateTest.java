package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.input.Part;
import dev.backlot.domain.input.Parts;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.port.VideoProvider.Create;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A create whose long values are put in on the wire. */
class LargeCreateTest {
  private static final byte[] IMAGE = "QUJD".repeat(1 << 19).getBytes(US_ASCII);
  private static final byte[] TAIL = "REVG".repeat(40_000).getBytes(US_ASCII);

  private KlingFixture kling;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
  }

  @AfterEach
  void stop() throws Exception {
    kling.close();
  }

  @Test
  void the_provider_reads_whole_strings_in_the_places_of_the_parts() throws Exception {
    assertThat(create(true)).isInstanceOf(Accepted.class);

    JsonObject sent = new JsonObject(kling.stub.seen().get(0).body());
    assertThat(sent.getString("image").getBytes(US_ASCII)).isEqualTo(IMAGE);
    assertThat(sent.getString("image_tail").getBytes(US_ASCII)).isEqualTo(TAIL);
    assertThat(sent.getString("prompt")).isEqualTo("{\"$part\":0,\"length\":9}");
    assertThat(sent.fieldNames())
        .containsExactly("image", "image_tail", "prompt", "external_task_id");
  }

  @Test
  void a_second_send_has_the_same_bytes() throws Exception {
    create(true);
    create(true);

    assertThat(kling.stub.seen().get(1).body()).isEqualTo(kling.stub.seen().get(0).body());
  }

  @Test
  void without_permission_nothing_is_written() throws Exception {
    assertThat(create(false)).isInstanceOf(NeverSent.class);
    assertThat(kling.stub.seen()).isEmpty();
  }

  private SubmitOutcome create(boolean permitted) throws Exception {
    Parts.Collector parts = new Parts.Collector();
    String body =
        "{\"image\":"
            + parts.takeOut(new Part(IMAGE, 0, IMAGE.length))
            + ",\"image_tail\":"
            + parts.takeOut(new Part(TAIL, 0, TAIL.length))
            + ",\"prompt\":\"{\\\"$part\\\":0,\\\"length\\\":9}\""
            + ",\"external_task_id\":\"inst-1\"}";
    Create create =
        new Create(
            KlingConfigs.ACCOUNT,
            "legacy",
            KlingFixture.PATH,
            "inst-1",
            body,
            false,
            "video",
            List.of(IMAGE, TAIL));
    KlingClient client = kling.client(KlingConfigs.withKeyPair(kling.stub.address()));
    return KlingFixture.get(kling.onLoop(() -> client.create(create, () -> permitted, late -> {})));
  }
}
