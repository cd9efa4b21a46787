package dev.backlot.store;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.credit.Settlement;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;

/**
 * Everything that one fact or ending changes.
 *
 * @param settlement what is booked
 * @param ceilingTooHigh the provider had no slot for this attempt
 */
record Change(
    OpenAttempt of,
    AttemptMove attempt,
    JobMove job,
    Settlement settlement,
    boolean ceilingTooHigh) {
  private static final Settlement NOTHING = Settlement.ofFailure(Credits.ZERO, null);

  /** The job stays where it is: no transition, no event. */
  static Change of(OpenAttempt of, AttemptMove attempt) {
    return of(of, attempt, JobMove.to(of.jobState()));
  }

  static Change of(OpenAttempt of, AttemptMove attempt, JobMove job) {
    return new Change(of, attempt, job, NOTHING, false);
  }

  Change settled(Settlement how) {
    return new Change(of, attempt, job, how, ceilingTooHigh);
  }

  Change withCeilingTooHigh(boolean tooHigh) {
    return new Change(of, attempt, job, settlement, tooHigh);
  }

  boolean movesJob() {
    return job.state() != of.jobState();
  }

  /** Whether this ends the job, and with it the reservation. */
  boolean endsJob() {
    return job.state().isTerminal();
  }

  boolean isCharged() {
    return attempt.state().equals(AttemptMove.SUCCEEDED);
  }

  NewEvent event() {
    JsonObject facts = job.facts();
    if (endsJob()) {
      facts.put("charged", settlement.settled().toString());
    }
    if (job.state() == JobState.QUEUED || job.state() == JobState.HELD) {
      facts.put("attempt", of.number());
    }
    return NewEvent.of(of.tenant(), of.job(), of.batch(), of.version() + 1, job.state(), facts);
  }
}
