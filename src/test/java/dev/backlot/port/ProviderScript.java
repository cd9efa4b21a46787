package dev.backlot.port;

import dev.backlot.domain.ErrorCode;

/** Decides what a provider in a test does; spoken by the fake and by the stub server alike. */
public interface ProviderScript {

  /** How one create goes. */
  sealed interface Fate {
    record Accept() implements Fate {}

    record Refuse(ErrorCode code, int providerCode) implements Fate {}

    /** The task is made, its answer is lost. */
    record AcceptAndLoseAnswer() implements Fate {}

    /** Nothing is made and no answer comes. */
    record Vanish() implements Fate {}

    /** The task is made; its answer comes after the deadline, with {@link #answerLate}. */
    record AnswerLate() implements Fate {}

    /** The task is made and its answer lost; look-ups see it only after {@link #reveal}. */
    record AcceptInvisibly() implements Fate {}
  }

  /** Fates of the next creates, in order. After them, every create is accepted. */
  void next(Fate... fates);

  /** The task of this external id becomes visible (or, after {@code Vanish}, is made only now). */
  void reveal(String externalId);

  /** Sends the answers that were held back. */
  void answerLate();

  /**
   * The task ends well, with one video.
   *
   * @param deduction decimal text, empty when the provider names none
   */
  void succeed(String externalId, String deduction);

  /**
   * The task ends badly.
   *
   * @param code CONTENT_REJECTED, INPUT_REJECTED or GENERATION_FAILED
   */
  void fail(String externalId, ErrorCode code);

  /** While true, every query and look-up goes wrong. */
  void breakQueries(boolean broken);

  /** How many tasks exist, seen or unseen: what would be billed. */
  int tasks();
}
