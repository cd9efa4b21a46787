package dev.backlot.poll;

import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;

/**
 * One running attempt of ours and when it is asked for next. The due time, and whether it is asked
 * for alone, change only while the watch is outside the queue that is ordered by them.
 */
final class Watch {
  /** After so many questions without an answer it may be the one that makes its groups hang. */
  private static final int SUSPECT = 2;

  /** After so many it is not the company that it was asked for in, and nobody hurries any more. */
  private static final int PERSISTENT = 4;

  /**
   * So many questions without an answer say nothing of a task, because nothing was answered at all.
   * More do: with few groups, those that hang in each would make it look like that for ever.
   */
  private static final int EXCUSED = 10;

  /** Bounds the arithmetic only: more than a million times the patience. */
  private static final int DOUBLINGS_MAX = 20;

  private final Running running;
  private Instant earliest;
  private Instant due;
  private boolean hinted;

  /** Whether somebody said that it has changed, and no answer has denied it since. */
  private boolean told;

  /** Whether it was moved to the front since it was last asked for, because callbacks stay away. */
  private boolean hurried;

  /** From when on a hint may have it asked for early. */
  private Instant openToHints = Instant.MIN;

  private int round;
  private int unanswered;

  /** Questions in a row that were no fault of its own. */
  private int excused;

  /** Answers in a row that said nothing. */
  private int unclear;

  private boolean hidden;
  private boolean ending;

  Watch(Running running, Instant due) {
    this.running = running;
    this.due = due;
    this.earliest = halfWay(running.runningSince(), due);
  }

  Running running() {
    return running;
  }

  Instant due() {
    return due;
  }

  /** Whether it may be asked for before it is due, in a request that is made anyway. */
  boolean mayJoin(Instant now) {
    return !now.isBefore(earliest);
  }

  /** What groups do not show, or what makes them hang, is asked for in a request of its own. */
  boolean isAlone() {
    return hidden || unanswered >= SUSPECT;
  }

  /** Groups do not show it, though it is there. */
  void hide() {
    hidden = true;
  }

  /** Somebody says that it has changed. Answers whether that is news. */
  boolean hint() {
    boolean news = !hinted;
    hinted = true;
    told = true;
    return news;
  }

  /** Whether somebody knew of its end before it was asked for. */
  boolean isTold() {
    return told;
  }

  /**
   * Callbacks tell of fewer ends than was expected when its due time was chosen. Only the first
   * time counts until it is asked for: the earliest of many due times at random is at once.
   *
   * @param latest when it is to be asked for at the latest
   */
  void expectNoCallback(Instant latest) {
    if (!hurried) {
      hurried = true;
      hurry(latest);
    }
  }

  /** Whether another {@link #expectNoCallback} would change anything. */
  boolean mayBeHurried() {
    return !hurried;
  }

  private void hurry(Instant latest) {
    due = latest.isBefore(due) ? latest : due;
    earliest = due.isBefore(earliest) ? due : earliest;
  }

  /** Moves it to the front, as a hint wants, though not too soon after the last early query. */
  void advance(Instant now) {
    Instant early = openToHints.isAfter(now) ? openToHints : now;
    hurry(early);
  }

  /**
   * It is being asked for, and so is whatever was hinted at before.
   *
   * @param hintPause shortest time until a hint counts again, once one has counted
   * @return the number of this question
   */
  int asking(Instant now, Duration hintPause) {
    if (hinted) {
      openToHints = now.plus(hintPause);
      hinted = false;
    }
    hurried = false;
    return ++round;
  }

  /** Whether it was not asked for again since that question. */
  boolean isLatest(int question) {
    return round == question;
  }

  /** It runs, and what was told before that answer was asked for was not so. */
  void answered() {
    told = hinted;
    unanswered = 0;
    excused = 0;
    unclear = 0;
  }

  /**
   * It was answered, and nothing was said of it.
   *
   * @return how often in a row
   */
  int unclear() {
    return ++unclear;
  }

  /**
   * The question that is about to be given up was one of a group when nothing was answered. What
   * hung before that was known is not excused: asked for alone, it is the first to tell whether
   * others are.
   */
  void excuse() {
    if (unanswered <= 0 && excused < EXCUSED) {
      excused++;
      unanswered--;
    }
  }

  /**
   * Its question hangs. It is asked for again at once, because it is another of its group that
   * hangs; but one that hangs by itself waits, first for {@code patience} and then twice as long
   * each time, or its own questions would take all that may hang.
   *
   * @param latest when it is asked for again at the latest
   */
  void giveUp(Instant now, Duration patience, Instant latest) {
    Instant next = now.plus(respite(patience));
    unanswered++;
    askAgain(now, next.isBefore(latest) ? next : latest);
  }

  private Duration respite(Duration patience) {
    return unanswered < PERSISTENT
        ? Duration.ZERO
        : patience.multipliedBy(1L << Math.min(unanswered - PERSISTENT, DOUBLINGS_MAX));
  }

  /** A hint that came while it was being asked for may be younger than the answer. */
  void askAgain(Instant now, Instant next) {
    due = next;
    earliest = halfWay(now, next);
    if (hinted) {
      advance(now);
    }
  }

  /**
   * @param recording whether its end is being recorded; false when it could not be
   */
  void end(boolean recording) {
    ending = recording;
  }

  boolean isEnding() {
    return ending;
  }

  /** Far enough from the last time that a task is not asked for twice as often as it should be. */
  private static Instant halfWay(Instant last, Instant next) {
    return last.plus(Duration.between(last, next).dividedBy(2));
  }
}
