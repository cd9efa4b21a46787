package dev.backlot.config;

import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.TimeoutPolicy;
import java.time.Duration;

/**
 * How running tasks are followed.
 *
 * @param first age before which a task is not asked for
 * @param shortest shortest pause between two polls of one task
 * @param longest longest pause between two polls of one task
 * @param longestAnnounced the same while callbacks tell of nearly every end of an account's tasks;
 *     counts when it is longer
 * @param overdue age at which a task counts as overdue and is polled with {@code overdueInterval}
 * @param overdueInterval pause between two polls of an overdue task
 * @param worth waiting that one status request is worth: the less, the more of them
 * @param hintPause shortest pause between two polls of one task that somebody hinted at
 * @param perAccount most queries under way at once per account
 * @param patience shortest time after which a query is taken to hang and its tasks are asked for in
 *     other ones
 * @param maxFailedTasks most tasks of one job that may fail before the job fails
 * @param retryBase ceiling of the pause before the first further task of a job whose task failed
 * @param retryCap ceiling of every later one
 * @param reload pause between two reads of all running attempts of this node from the database
 * @param learn pause between two exchanges of measured render times with the database
 * @param onCancel what becomes of a job that was cancelled while the provider was at work
 * @param onTimeout what becomes of a job whose task is {@code giveUpAfter} old
 * @param giveUpAfter at least {@code overdue}; counts only where jobs are given up
 */
public record PollConfig(
    Duration first,
    Duration shortest,
    Duration longest,
    Duration longestAnnounced,
    Duration overdue,
    Duration overdueInterval,
    Duration worth,
    Duration hintPause,
    int perAccount,
    Duration patience,
    int maxFailedTasks,
    Duration retryBase,
    Duration retryCap,
    Duration reload,
    Duration learn,
    CancelPolicy onCancel,
    TimeoutPolicy onTimeout,
    Duration giveUpAfter) {
  private static final Duration MILLISECOND = Duration.ofMillis(1);

  public static PollConfig from(Section in) {
    PollConfig config =
        new PollConfig(
            in.requireDuration("first", Duration.ZERO, Duration.ofMinutes(10)),
            in.requireDuration("shortest", MILLISECOND, Duration.ofMinutes(1)),
            in.requireDuration("longest", MILLISECOND, Duration.ofMinutes(10)),
            in.requireDuration("longest-announced", MILLISECOND, Duration.ofMinutes(10)),
            in.requireDuration("overdue", Duration.ofSeconds(1), Duration.ofHours(24)),
            in.requireDuration("overdue-interval", MILLISECOND, Duration.ofHours(1)),
            in.requireDuration("request-worth", MILLISECOND, Duration.ofMinutes(1)),
            in.requireDuration("hint-pause", Duration.ZERO, Duration.ofMinutes(1)),
            in.requireInt("per-account", 1, 1_000),
            in.requireDuration("patience", Duration.ofMillis(10), Duration.ofMinutes(1)),
            in.requireInt("max-failed-tasks", 1, 20),
            in.requireDuration("retry-base", MILLISECOND, Duration.ofMinutes(10)),
            in.requireDuration("retry-cap", MILLISECOND, Duration.ofHours(1)),
            in.requireDuration("reload", Duration.ofMillis(100), Duration.ofMinutes(10)),
            in.requireDuration("learn", Duration.ofSeconds(1), Duration.ofHours(1)),
            in.requireEnum("on-cancel", CancelPolicy.class),
            in.requireEnum("on-timeout", TimeoutPolicy.class),
            in.requireDuration("give-up-after", Duration.ofSeconds(1), Duration.ofDays(7)));
    in.rejectUnknown();
    if (config.longest.compareTo(config.shortest) < 0) {
      throw in.error("longest", "must not be shorter than " + in.key("shortest"));
    }
    if (config.giveUpAfter.compareTo(config.overdue) < 0) {
      throw in.error("give-up-after", "must not be shorter than " + in.key("overdue"));
    }
    if (config.retryCap.compareTo(config.retryBase) < 0) {
      throw in.error("retry-cap", "must not be shorter than " + in.key("retry-base"));
    }
    return config;
  }
}
