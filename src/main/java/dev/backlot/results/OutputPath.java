package dev.backlot.results;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import dev.backlot.http.CallJson;
import dev.backlot.http.JobJson;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which file a request names.
 *
 * @param job or a call, whose ids are of the same kind
 * @param watermark the copy with a watermark, rather than the clean file
 */
record OutputPath(JobId job, int n, boolean watermark, boolean ofCall) {
  static final String TEMPLATE = "/api/v1/jobs/:id/outputs/:n";
  static final String OF_CALL = "/api/v1/calls/:id/outputs/:n";

  private static final String WATERMARK = "watermark";
  private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,2}");

  /** A file of a job. */
  OutputPath(JobId job, int n, boolean watermark) {
    this(job, n, watermark, false);
  }

  /** Empty when the request cannot name an output of any job or call. */
  static Optional<OutputPath> of(RoutingContext ctx) {
    String n = ctx.pathParam("n");
    if (!NUMBER.matcher(n).matches()) {
      return Optional.empty();
    }
    boolean watermark = "true".equals(ctx.request().getParam(WATERMARK));
    return JobId.parse(ctx.pathParam("id"))
        .map(
            job ->
                new OutputPath(
                    job,
                    Integer.parseInt(n),
                    watermark,
                    ctx.normalizedPath().startsWith("/api/v1/calls/")));
  }

  /** Whether it is this file, as a job lists it. */
  boolean names(Output output) {
    return output.n() == n && (!watermark || output.watermark());
  }

  /** The path of this file with its link token. */
  String linked(String token) {
    String marked = watermark ? WATERMARK + "=true&" : "";
    String path = ofCall ? CallJson.url(new CallId(job.value()), n) : JobJson.url(job, n);
    return path + "?" + marked + "link=" + token;
  }

  static BacklotException noSuchCall() {
    return new BacklotException(
        ErrorCode.OUTPUT_NOT_FOUND, "You have no call of this id whose answer has this file.");
  }

  static BacklotException noSuchJob() {
    return new BacklotException(ErrorCode.JOB_NOT_FOUND, "There is no job of yours with this id.");
  }

  static BacklotException noSuchOutput() {
    return new BacklotException(
        ErrorCode.OUTPUT_NOT_FOUND, "Outputs exist once the job has succeeded; see its 'outputs'.");
  }
}
