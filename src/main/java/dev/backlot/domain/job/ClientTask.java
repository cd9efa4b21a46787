package dev.backlot.domain.job;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as a client sees it that speaks the provider's own words: a task.
 *
 * @param number its id there, 18 digits
 * @param externalId the client's own id; null when it gave none
 * @param error why it failed; null unless it has, and when nobody knows
 * @param charged what was settled; null until it has ended
 * @param watermark whether its caller has asked for copies with a watermark
 * @param uses results of earlier jobs, as its caller named them, by where the input has them as a
 *     JSON pointer
 */
public record ClientTask(
    JobId id,
    TenantId tenant,
    long number,
    @Nullable String externalId,
    String kind,
    JobState state,
    @Nullable JobError error,
    List<Output> outputs,
    Asset asset,
    @Nullable Credits charged,
    Instant acceptedAt,
    Instant updatedAt,
    boolean watermark,
    Map<String, String> uses) {
  public ClientTask {
    outputs = List.copyOf(outputs);
    uses = Map.copyOf(uses);
  }

  /**
   * The same as it was when it came to a state: nothing is known of its end before that.
   *
   * @param was it has left this one, or is in it and has ended
   */
  public ClientTask at(JobState was, Instant since) {
    boolean ended = was.isTerminal();
    return new ClientTask(
        id,
        tenant,
        number,
        externalId,
        kind,
        was,
        ended ? error : null,
        ended ? outputs : List.of(),
        asset,
        ended ? charged : null,
        acceptedAt,
        since,
        watermark,
        uses);
  }
}
