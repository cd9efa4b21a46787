package dev.backlot.poll;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A question under way. Confined to one event loop. */
final class Asking {
  private final Question question;
  private final Instant since;
  private final Duration patience;
  private final List<Integer> rounds;
  private boolean hanging;

  private Asking(Question question, Instant since, Duration patience, List<Integer> rounds) {
    this.question = question;
    this.since = since;
    this.patience = patience;
    this.rounds = rounds;
  }

  /**
   * @param patience of its account at this moment
   */
  static Asking of(Question question, Instant now, Duration patience, Duration hintPause) {
    return new Asking(
        question,
        now,
        patience,
        question.watches().stream().map(watch -> watch.asking(now, hintPause)).toList());
  }

  Question question() {
    return question;
  }

  List<Watch> watches() {
    return question.watches();
  }

  String account() {
    return question.account();
  }

  Instant since() {
    return since;
  }

  /** Whether nobody has asked for that watch since. */
  boolean isLatest(int index) {
    return watches().get(index).isLatest(rounds.get(index));
  }

  /**
   * Whether it has taken too long. What was put while nothing was answered waits no longer because
   * others are answered by now.
   *
   * @param patienceNow of its account
   */
  boolean isTooLate(Instant now, Duration patienceNow) {
    Duration shorter = patience.compareTo(patienceNow) < 0 ? patience : patienceNow;
    return !since.plus(shorter).isAfter(now);
  }

  boolean isHanging() {
    return hanging;
  }

  void hang() {
    hanging = true;
  }
}
