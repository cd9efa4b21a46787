package dev.backlot.config;

import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * How the simulated provider calls back. Pause and time-out are real time.
 *
 * @param changes which changes of a task's status are told
 * @param secret signs them: base64, with or without {@code whsec_} before it; null for no signature
 * @param previousSecret signs beside it, as during a rotation; null outside of one
 * @param signLegacy whether callbacks of legacy creates are signed too
 * @param attempts most sends of one callback, until one is answered 2xx
 * @param pause between two of them
 * @param timeout for one answer
 * @param waitingMax callbacks on their way at once; one more is dropped
 */
public record SimulatorCallbacks(
    Changes changes,
    @Nullable Secret secret,
    @Nullable Secret previousSecret,
    boolean signLegacy,
    int attempts,
    Duration pause,
    Duration timeout,
    int waitingMax) {

  private static final String PREFIX = "whsec_";

  /** Which changes of a task's status are told. */
  public enum Changes {
    EVERY,
    END
  }

  static final SimulatorCallbacks DEFAULTS =
      new SimulatorCallbacks(
          Changes.EVERY,
          null,
          null,
          false,
          3,
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          10_000);

  static SimulatorCallbacks from(Section in) {
    SimulatorCallbacks callbacks =
        new SimulatorCallbacks(
            in.requireEnum("changes", Changes.class),
            secret(in, "secret"),
            secret(in, "previous-secret"),
            in.requireBoolean("sign-legacy"),
            in.requireInt("attempts", 1, 100),
            in.requireDuration("pause", Duration.ofMillis(1), Duration.ofHours(1)),
            in.requireDuration("timeout", Duration.ofMillis(10), Duration.ofMinutes(1)),
            in.requireInt("waiting-max", 1, 1_000_000));
    in.rejectUnknown();
    if (callbacks.secret() == null && callbacks.previousSecret() != null) {
      throw in.error("previous-secret", "needs " + in.key("secret"));
    }
    return callbacks;
  }

  public SimulatorCallbacks withSecrets(@Nullable Secret current, @Nullable Secret previous) {
    return new SimulatorCallbacks(
        changes, current, previous, signLegacy, attempts, pause, timeout, waitingMax);
  }

  /** The key behind a secret. */
  public static byte[] key(Secret secret) {
    String text = secret.value();
    String encoded = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    return Base64.getDecoder().decode(encoded);
  }

  private static @Nullable Secret secret(Section in, String name) {
    if (in.text(name).isEmpty()) {
      return null;
    }
    Secret secret = SimulatorConfig.key(in, name);
    try {
      key(secret);
    } catch (IllegalArgumentException notBase64) {
      throw in.error(name, "must be base64, with or without " + PREFIX + " before it");
    }
    return secret;
  }
}
