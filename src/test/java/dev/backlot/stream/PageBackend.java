package dev.backlot.stream;

import static dev.backlot.stream.StreamServer.TENANT;

import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.http.JobJson;
import dev.backlot.http.Routes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jcodec.api.SequenceEncoder;
import org.jcodec.common.io.ByteBufferSeekableByteChannel;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Picture;
import org.jcodec.common.model.Rational;

/** Just enough of the other features for the page: jobs, credits and a clip to play. */
final class PageBackend implements Routes {
  private final FakeEventLog log;
  private final Map<JobId, JsonObject> inputs = new LinkedHashMap<>();
  private final Buffer clip = Buffer.buffer(clip());

  /** Last Idempotency-Key; empty when nothing was submitted. */
  volatile String idempotencyKey = "";

  PageBackend(FakeEventLog log) {
    this.log = log;
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/jobs").handler(BodyHandler.create(false)).handler(this::create);
    router.get("/api/v1/jobs").handler(this::list);
    router.get("/api/v1/jobs/:id").handler(ctx -> answer(ctx, 200, json(id(ctx))));
    router.get("/api/v1/credits").handler(PageBackend::credits);
    router
        .post("/api/v1/jobs/:id/outputs/0/link")
        .handler(ctx -> answer(ctx, 200, new JsonObject().put("url", "/clip.mp4?link=x")));
    router
        .get("/clip.mp4")
        .handler(ctx -> ctx.response().putHeader("Content-Type", "video/mp4").end(clip));
    router.post("/api/v1/jobs/:id/cancel").handler(this::cancel);
  }

  private synchronized void create(RoutingContext ctx) {
    idempotencyKey = String.valueOf(ctx.request().getHeader("Idempotency-Key"));
    JsonObject input = ctx.body().asJsonObject().getJsonObject("input");
    if (input.getString("prompt").contains("too dear")) {
      answer(
          ctx, 402, new JsonObject().put("code", "credit-exhausted").put("detail", "No credit."));
      return;
    }
    JobId id = StatusSocketTest.job(inputs.size() + 1);
    add(id, input);
    answer(ctx, 202, json(id));
  }

  synchronized void add(JobId id, JsonObject input) {
    inputs.put(id, input);
    log.append(TENANT, id, JobState.QUEUED);
  }

  private synchronized void list(RoutingContext ctx) {
    List<JsonObject> items = inputs.keySet().stream().map(this::json).toList();
    answer(ctx, 200, new JsonObject().put("items", new JsonArray(items)));
  }

  private void cancel(RoutingContext ctx) {
    log.append(TENANT, id(ctx), JobState.CANCELED);
    answer(ctx, 200, json(id(ctx)));
  }

  private JsonObject json(JobId id) {
    JsonObject job = JobJson.of(log.job(TENANT, id).orElseThrow()).put("input", inputs.get(id));
    if (job.getString("state").equals("succeeded")) {
      job.put("outputs", new JsonArray().add(new JsonObject().put("n", 0))).put("charged", "1.5");
    }
    if (job.getString("state").equals("failed")) {
      job.put("error", new JsonObject().put("detail", "The content policy refused it."));
    }
    return job;
  }

  private static JobId id(RoutingContext ctx) {
    return JobId.parse(ctx.pathParam("id")).orElseThrow();
  }

  private static void credits(RoutingContext ctx) {
    JsonObject video =
        new JsonObject()
            .put("asset", "video_unit")
            .put("balance", "9990.500000")
            .put("reserved", "3.000000")
            .put("spent", "6.500000");
    answer(ctx, 200, new JsonObject().put("items", new JsonArray().add(video)));
  }

  private static void answer(RoutingContext ctx, int status, JsonObject body) {
    ctx.response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toBuffer());
  }

  private static byte[] clip() {
    ByteBufferSeekableByteChannel file =
        ByteBufferSeekableByteChannel.writeToByteBuffer(ByteBuffer.allocate(1 << 20));
    try {
      SequenceEncoder encoder = SequenceEncoder.createWithFps(file, Rational.R(12, 1));
      Picture frame = Picture.create(320, 176, ColorSpace.RGB);
      for (int n = 0; n < 12; n++) {
        byte[] pixels = frame.getPlaneData(0);
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (byte) ((i / 960 + n * 4) % 200 - 100);
        }
        encoder.encodeNativeFrame(frame);
      }
      encoder.finish();
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    ByteBuffer contents = file.getContents();
    byte[] bytes = new byte[contents.remaining()];
    contents.get(bytes);
    return bytes;
  }
}
