package dev.backlot.config;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Kling's own API in front of our jobs.
 *
 * @param enabled whether it is there at all
 * @param publicUrl scheme and host under which clients fetch result files, without a slash at the
 *     end; empty for those that each of their requests has come by
 * @param answerWithin after which a request that needs nothing but our own books is answered that
 *     it takes too long, whatever they are doing
 * @param tokenSkew that the clock of a client that signs tokens may be apart from ours
 * @param lostReplyWindow how long after a create or a call whose answer was lost the same one again
 *     gets its job, or its answer; zero: every one is a new one
 */
public record FacadeConfig(
    boolean enabled,
    String publicUrl,
    Duration answerWithin,
    Duration tokenSkew,
    Duration lostReplyWindow) {
  private static final Pattern ORIGIN = Pattern.compile("(https?://[A-Za-z0-9.:\\[\\]-]{1,300})?");

  public static FacadeConfig from(Section in) {
    FacadeConfig config =
        new FacadeConfig(
            in.requireBoolean("enabled"),
            in.text("public-url").orElse(""),
            in.requireDuration("answer-within", Duration.ofMillis(100), Duration.ofSeconds(30)),
            in.requireDuration("token-skew", Duration.ZERO, Duration.ofMinutes(5)),
            in.requireDuration("lost-reply-window", Duration.ZERO, Duration.ofMinutes(10)));
    in.rejectUnknown();
    if (!ORIGIN.matcher(config.publicUrl()).matches()) {
      throw in.error("public-url", "must be such as https://backlot.example, or empty");
    }
    // An answer is lost from then on, and would be behind the window at once.
    if (!config.lostReplyWindow().isZero()
        && config.lostReplyWindow().compareTo(config.answerWithin()) <= 0) {
      throw in.error("lost-reply-window", "must be 0s, or longer than " + in.key("answer-within"));
    }
    return config;
  }
}
