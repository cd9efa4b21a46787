package dev.backlot.results;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobId;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which output a path names. */
record OutputPath(JobId job, int n) {
  static final String TEMPLATE = "/api/v1/jobs/:id/outputs/:n";

  private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,2}");

  /** Empty when the path cannot name an output of any job. */
  static Optional<OutputPath> of(RoutingContext ctx) {
    String n = ctx.pathParam("n");
    if (!NUMBER.matcher(n).matches()) {
      return Optional.empty();
    }
    return JobId.parse(ctx.pathParam("id")).map(job -> new OutputPath(job, Integer.parseInt(n)));
  }

  static BacklotException noSuchJob() {
    return new BacklotException(ErrorCode.JOB_NOT_FOUND, "There is no job of yours with this id.");
  }

  static BacklotException noSuchOutput() {
    return new BacklotException(
        ErrorCode.OUTPUT_NOT_FOUND, "Outputs exist once the job has succeeded; see its 'outputs'.");
  }
}
