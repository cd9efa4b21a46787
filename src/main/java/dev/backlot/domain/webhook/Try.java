package dev.backlot.domain.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One send. Nothing of the answer is kept but its status.
 *
 * @param status of the answer; null when there was none
 * @param outcome a word: {@code delivered}, {@code refused} (the status says more), {@code
 *     timeout}, {@code no_connection}, {@code bad_answer} or {@code forbidden_address}
 * @param millis how long it took
 */
public record Try(Instant at, @Nullable Integer status, String outcome, long millis) {}
