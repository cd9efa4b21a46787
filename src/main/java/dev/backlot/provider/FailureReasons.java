package dev.backlot.provider;

import dev.backlot.domain.ErrorCode;
import java.util.List;
import java.util.Locale;

/**
 * Sorts the messages of failed tasks (Kling reference, sections 8 and 14.2-14.3). Kling gives no
 * code there, so this is the one place where a message chooses more than a text; all it can change
 * is whether policy may try again.
 */
final class FailureReasons {
  private static final List<String> MODERATION =
      List.of("risk control", "policy", "sensitive", "moderation", "violat", "prohibited");
  private static final List<String> INPUT = List.of("invalid", "unsupported", "not supported");

  private FailureReasons() {}

  static ErrorCode classify(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    if (MODERATION.stream().anyMatch(words::contains)) {
      return ErrorCode.CONTENT_REJECTED;
    }
    if (INPUT.stream().anyMatch(words::contains)) {
      return ErrorCode.INPUT_REJECTED;
    }
    return ErrorCode.GENERATION_FAILED;
  }

  /** Plain words for the tenant. */
  static String userText(ErrorCode code) {
    return switch (code) {
      case CONTENT_REJECTED ->
          "The provider's content policy refused the input or the result. Change the input.";
      case INPUT_REJECTED ->
          "The provider could not use an input file. Check its format, size and proportions.";
      default -> "The provider could not make the result. Nothing was charged; try again.";
    };
  }
}
