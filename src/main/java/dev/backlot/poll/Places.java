package dev.backlot.poll;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How many questions are under way for each account. One that hangs gives its place to another as
 * soon as it has taken longer than answers usually take; it is still listened to. As many as {@link
 * #HANGING} times the places may hang so; beyond that they keep their places until the provider
 * client gives them up.
 *
 * <p>An account is silent when its last answer is as long ago as that, and several questions about
 * many tasks each have hung since: then it is not one task that makes its company hang, and one
 * more question without an answer is less of a surprise, so that half the time says as much.
 *
 * <p>Confined to one event loop.
 */
final class Places {
  static final int HANGING = 4;

  /** What takes so many times as long as half of the answers do is taken to hang. */
  private static final int LONG = 4;

  /** After so many groups that hung, one after the other, nothing is answered any more. */
  static final int SILENT = 4;

  /** How much one answer moves the median that we believe in. */
  private static final double STEP = 1.05;

  private final int perAccount;
  private final Duration patience;
  private final Map<String, Account> accounts = new HashMap<>();

  private static final class Account {
    private int taken;
    private int hanging;

    /** Questions about several tasks each that have hung since the last answer. */
    private int groupsInARow;

    private Instant lastAnswer = Instant.MIN;

    /** Until answers have been timed: rather too patient than everything asked for twice. */
    private double medianMillis = 100;
  }

  /**
   * @param patience shortest time after which a question is taken to hang
   */
  Places(int perAccount, Duration patience) {
    this.perAccount = perAccount;
    this.patience = patience;
  }

  boolean isFree(String account) {
    return of(account).taken < perAccount;
  }

  void take(String account) {
    of(account).taken++;
  }

  /**
   * Whether the place of a question that hangs could be freed.
   *
   * @param tasks that it asks for
   */
  boolean giveUp(String account, int tasks) {
    Account at = of(account);
    if (at.hanging >= HANGING * perAccount) {
      return false;
    }
    at.taken--;
    at.hanging++;
    at.groupsInARow += tasks > 1 ? 1 : 0;
    return true;
  }

  /** Nothing is answered at the moment, whatever is asked for. */
  boolean isSilent(String account, Instant now) {
    Account at = of(account);
    return at.groupsInARow >= SILENT && !at.lastAnswer.plus(usualPatience(at)).isAfter(now);
  }

  /** Half of what may hang does: the rest is for those that have not hung yet. */
  boolean isCrowded(String account) {
    return of(account).hanging >= HANGING * perAccount / 2;
  }

  /**
   * @param hanging whether its place was given up before
   */
  void ended(String account, boolean hanging) {
    Account at = of(account);
    at.taken -= hanging ? 0 : 1;
    at.hanging -= hanging ? 1 : 0;
  }

  /**
   * Learns how long answers take. The median follows a provider that becomes slow, and does not
   * follow a few answers that come late or never.
   *
   * @param after the question
   */
  void answered(String account, Duration after, Instant now) {
    Account at = of(account);
    at.lastAnswer = now;
    at.groupsInARow = 0;
    boolean longer = after.toMillis() > at.medianMillis;
    at.medianMillis = Math.max(1, longer ? at.medianMillis * STEP : at.medianMillis / STEP);
  }

  /** How long to wait for an answer before the question is taken to hang. */
  Duration patience(String account, Instant now) {
    Duration usual = usualPatience(of(account));
    return isSilent(account, now) ? usual.dividedBy(2) : usual;
  }

  private Duration usualPatience(Account at) {
    Duration usual = Duration.ofMillis(Math.round(LONG * at.medianMillis));
    return usual.compareTo(patience) > 0 ? usual : patience;
  }

  /** No question is under way but those that hang. */
  boolean isIdle() {
    return accounts.values().stream().allMatch(account -> account.taken == 0);
  }

  private Account of(String account) {
    return accounts.computeIfAbsent(account, id -> new Account());
  }
}
