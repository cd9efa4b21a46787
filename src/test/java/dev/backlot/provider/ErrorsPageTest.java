package dev.backlot.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The page about errors says what the code does. */
class ErrorsPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/errors.md");

  @Test
  void the_page_has_every_code_with_its_status_and_kind() throws IOException {
    List<String> rows =
        Arrays.stream(ErrorCode.values())
            .map(
                code ->
                    "| `%s` | %d | %s |"
                        .formatted(
                            code.slug(),
                            code.httpStatus(),
                            code.kind().name().toLowerCase(Locale.ROOT)))
            .distinct()
            .toList();

    assertThat(rows("| `", 3)).containsExactlyElementsOf(rows);
  }

  @Test
  void the_page_has_every_code_of_the_provider_with_what_follows_from_it() throws IOException {
    assertThat(rows("| 1", 5).stream().filter(row -> row.matches("\\| \\d{4} .*")).toList())
        .containsExactlyElementsOf(expected(false));
    assertThat(rows("| 5", 5)).containsExactlyElementsOf(expected(true));
  }

  private static List<String> expected(boolean server) {
    return Arrays.stream(KlingError.values())
        .filter(error -> error.number() >= 5000 == server)
        .map(
            error ->
                "| %d | %s | %s | %s | %s |"
                    .formatted(
                        error.number(),
                        fate(error),
                        repeated(error),
                        counts(error) ? "counts" : "",
                        parked(error)))
        .toList();
  }

  private static String parked(KlingError error) {
    if (error.parksPack()) {
      return "its pack parked";
    }
    return error.parksAccount() ? "parked" : "";
  }

  private static String fate(KlingError error) {
    ErrorKind kind = error.code().kind();
    boolean fails = kind == ErrorKind.CALLER || kind == ErrorKind.CONTENT;
    return fails ? "fails: `" + error.code().slug() + "`" : "waits";
  }

  private static String repeated(KlingError error) {
    return switch (error.retry()) {
      case NEVER -> parked(error).isEmpty() ? "never" : "as a probe";
      case NEW_TOKEN -> "new token";
      case LATER -> "later";
      case AFTER_LOOK_UP -> "after a look-up";
    };
  }

  private static boolean counts(KlingError error) {
    ErrorKind kind = error.code().kind();
    return kind == ErrorKind.TRANSIENT || kind == ErrorKind.AMBIGUOUS;
  }

  private static List<String> rows(String start, int columns) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .filter(line -> line.startsWith(start) && line.split("\\|", -1).length == columns + 2)
        .toList();
  }
}
