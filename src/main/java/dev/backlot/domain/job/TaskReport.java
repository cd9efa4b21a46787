package dev.backlot.domain.job;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.credit.Credits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the provider says of one task. */
public sealed interface TaskReport {
  String taskId();

  /**
   * When a task began and ended, by the provider's own clock.
   *
   * @param ended not before {@code created}
   */
  record Times(Instant created, Instant ended) {
    public Duration took() {
      return Duration.between(created, ended);
    }
  }

  /** Null while it has not ended, and when the provider did not say. */
  default @Nullable Times times() {
    return null;
  }

  /** Not at its end. An unknown status word counts as pending too (Kling reference, 14.13). */
  record Pending(String taskId, String status) implements TaskReport {}

  /**
   * @param deduction what the provider charged; null when it did not say
   * @param raw the original payload with its addresses: for our own eyes and the result proxy only
   * @param times null when the provider did not say
   */
  record Succeeded(
      String taskId,
      List<Output> outputs,
      @Nullable Credits deduction,
      String raw,
      @Nullable Times times)
      implements TaskReport {
    public Succeeded {
      outputs = List.copyOf(outputs);
    }

    public Succeeded(String taskId, List<Output> outputs, @Nullable Credits deduction, String raw) {
      this(taskId, outputs, deduction, raw, null);
    }
  }

  /**
   * @param code CONTENT_REJECTED, INPUT_REJECTED or GENERATION_FAILED
   * @param detail safe for the tenant
   * @param deduction what the provider charged all the same; null when it did not say
   * @param times null when the provider did not say
   */
  record Failed(
      String taskId,
      ErrorCode code,
      String detail,
      @Nullable Credits deduction,
      String raw,
      @Nullable Times times)
      implements TaskReport {
    public Failed(
        String taskId, ErrorCode code, String detail, @Nullable Credits deduction, String raw) {
      this(taskId, code, detail, deduction, raw, null);
    }
  }
}
