package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault.Target;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves results: GET and HEAD, one byte range. 403 without the link's key, 404 when the task is
 * unknown, has no result, or its link has expired. Event loop only.
 */
final class MediaRoutes {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,10})-(\\d{0,10})");

  private record Range(int start, int end) {}

  private final Studio studio;
  private final FaultPlan faults;
  private final Links links;
  private final Paintings paintings;
  private final Answers answers;

  MediaRoutes(Studio studio, FaultPlan faults, Links links, Paintings paintings, Answers answers) {
    this.studio = studio;
    this.faults = faults;
    this.links = links;
    this.paintings = paintings;
    this.answers = answers;
  }

  void mount(Router router) {
    preset(router, Presets.IMAGE, Medium.STILL);
    preset(router, Presets.SOUND, Medium.MP3);
    router
        .route("/media/:file")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(this::serve);
  }

  private void preset(Router router, String path, Medium medium) {
    router
        .get(path)
        .handler(
            ctx -> {
              ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, medium.contentType());
              paintings
                  .preset(medium)
                  .onSuccess(painting -> send(ctx, painting, Mishaps.NONE))
                  .onFailure(ctx::fail);
            });
  }

  private void serve(RoutingContext ctx) {
    studio.counts().requested("media");
    long now = studio.catchUp();
    Mishaps mishaps = faults.on(Target.MEDIA, now);
    Mishap first = mishaps.first();
    if (first != null) {
      answers.misbehave(ctx.response(), first);
      return;
    }
    Links.File file = Links.file(ctx.pathParam("file"));
    Task task = file == null ? null : studio.byNumber(file.taskNumber());
    if (file == null || task == null || !isThere(task, file, now)) {
      ctx.response().setStatusCode(404).end();
      return;
    }
    if (!links.isKey(task, ctx.request().getParam("pkey"))) {
      ctx.response().setStatusCode(403).end();
      return;
    }
    ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, file.medium().contentType());
    paintings
        .of(task, file)
        .onSuccess(painting -> send(ctx, painting, mishaps))
        .onFailure(ctx::fail);
  }

  private boolean isThere(Task task, Links.File file, long now) {
    return file.isOf(task) && task.hasSucceeded() && !links.isExpired(task, now);
  }

  private void send(RoutingContext ctx, Buffer painting, Mishaps mishaps) {
    HttpServerResponse response = ctx.response();
    response.putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
    String header = ctx.request().getHeader("Range");
    Matcher wanted = RANGE.matcher(header == null ? "" : header);
    Range range = new Range(0, painting.length());
    if (wanted.matches()) {
      range = range(wanted, painting.length());
      if (range == null) {
        String unsatisfied = "bytes */" + painting.length();
        response.putHeader(HttpHeaders.CONTENT_RANGE, unsatisfied).setStatusCode(416).end();
        return;
      }
      String satisfied = range.start() + "-" + (range.end() - 1) + "/" + painting.length();
      response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes " + satisfied).setStatusCode(206);
    }
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      int length = range.end() - range.start();
      response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(length)).end();
      return;
    }
    answers.deliver(response, painting.slice(range.start(), range.end()), mishaps);
  }

  /** The asked-for bytes, end exclusive; null when there are none. */
  private static @Nullable Range range(Matcher wanted, int length) {
    String first = wanted.group(1);
    String last = wanted.group(2);
    if (first.isEmpty()) {
      long count = last.isEmpty() ? 0 : Long.parseLong(last);
      return count == 0 ? null : new Range((int) Math.max(0, length - count), length);
    }
    long start = Long.parseLong(first);
    long end = last.isEmpty() ? length : Math.min(length, Long.parseLong(last) + 1);
    return start >= end ? null : new Range((int) start, (int) end);
  }
}
