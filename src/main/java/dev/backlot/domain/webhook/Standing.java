package dev.backlot.domain.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint has answered of late.
 *
 * @param failures sends without a success since
 * @param failingSince when the first of them was; null when there is none
 */
public record Standing(int failures, @Nullable Instant failingSince) {
  public static final Standing GOOD = new Standing(0, null);
}
