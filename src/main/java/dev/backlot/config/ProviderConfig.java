package dev.backlot.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The provider: its accounts and how it is asked.
 *
 * @param createConnections most connections of one account that carry creates
 * @param queryConnections most connections of one account that carry queries
 * @param answerSize most bytes of one answer
 */
public record ProviderConfig(
    List<AccountConfig> accounts,
    int createConnections,
    int queryConnections,
    int answerSize,
    Deadlines deadlines,
    ListPages listPages,
    Breaker breaker,
    CallbackConfig callbacks) {
  private static final Duration SHORTEST = Duration.ofMillis(10);

  public ProviderConfig {
    accounts = List.copyOf(accounts);
  }

  /**
   * Time limits, each for a whole call: waiting for a connection, connecting, headers and body.
   *
   * @param connect for one connection with its TLS handshake
   * @param create after which the outcome is unknown
   * @param query for the state of one task
   * @param lookUp for both ways of asking together
   * @param late how long after its deadline the answer to a create is still read
   */
  public record Deadlines(
      Duration connect, Duration create, Duration query, Duration lookUp, Duration late) {

    static Deadlines from(Section in) {
      Deadlines deadlines =
          new Deadlines(
              in.requireDuration("connect", SHORTEST, Duration.ofMinutes(1)),
              in.requireDuration("create", SHORTEST, Duration.ofMinutes(5)),
              in.requireDuration("query", SHORTEST, Duration.ofMinutes(5)),
              in.requireDuration("lookup", SHORTEST, Duration.ofMinutes(5)),
              in.requireDuration("late", SHORTEST, Duration.ofMinutes(10)));
      in.rejectUnknown();
      return deadlines;
    }
  }

  /**
   * How far a list is read to show that a task is not there.
   *
   * @param size tasks of one page
   * @param most pages; when they are not enough, nothing is concluded
   * @param skew how far the provider's clock may run before or behind ours
   */
  public record ListPages(int size, int most, Duration skew) {

    static ListPages from(Section in) {
      ListPages pages =
          new ListPages(
              in.requireInt("size", 1, 500),
              in.requireInt("most", 1, 1_000),
              in.requireDuration("skew", Duration.ZERO, Duration.ofHours(1)));
      in.rejectUnknown();
      return pages;
    }
  }

  /**
   * When to stop asking.
   *
   * @param failures faults of the provider without a success between them that open a breaker
   * @param window in which they count; whole seconds
   * @param reset how long it stays open before one call may probe
   * @param parking how long an account that needs its operator is left alone before one create may
   *     probe
   */
  public record Breaker(int failures, Duration window, Duration reset, Duration parking) {

    static Breaker from(Section in) {
      Breaker breaker =
          new Breaker(
              in.requireInt("failures", 1, 10_000),
              in.requireDuration("window", Duration.ofSeconds(1), Duration.ofMinutes(10)),
              in.requireDuration("reset", SHORTEST, Duration.ofHours(1)),
              in.requireDuration("parking", SHORTEST, Duration.ofHours(24)));
      in.rejectUnknown();
      if (breaker.window().toMillisPart() != 0) {
        throw in.error("window", "must be whole seconds");
      }
      return breaker;
    }
  }

  public static ProviderConfig from(Section in) {
    ProviderConfig config =
        new ProviderConfig(
            in.sections("accounts").stream().map(AccountConfig::from).toList(),
            in.requireInt("create-connections", 1, 1_000),
            in.requireInt("query-connections", 1, 1_000),
            Math.toIntExact(in.requireBytes("answer-size", 1L << 10, 64L << 20)),
            Deadlines.from(in.section("deadlines")),
            ListPages.from(in.section("list-pages")),
            Breaker.from(in.section("breaker")),
            CallbackConfig.from(in));
    in.rejectUnknown();
    if (config.accounts().isEmpty()) {
      throw in.error("accounts", "must name at least one account");
    }
    Set<String> ids = new HashSet<>();
    for (AccountConfig account : config.accounts()) {
      if (!ids.add(account.id())) {
        throw in.error("accounts", "two accounts have the id " + account.id());
      }
    }
    return config;
  }
}
