package dev.backlot.poll;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A question under way. Confined to one event loop. */
final class Asking {
  private final Question question;
  private final Instant since;
  private final List<Integer> rounds;
  private boolean hanging;

  private Asking(Question question, Instant since, List<Integer> rounds) {
    this.question = question;
    this.since = since;
    this.rounds = rounds;
  }

  static Asking of(Question question, Instant now, Duration hintPause) {
    return new Asking(
        question,
        now,
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

  boolean isHanging() {
    return hanging;
  }

  void hang() {
    hanging = true;
  }
}
