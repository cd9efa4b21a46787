package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a migration must not do, because the version before still runs on the same schema. */
class MigrationRulesTest {
  private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

  /** Those before it were made while there was no version to run beside. */
  private static final int FIRST = 22;

  /** Since it is a rule for indexes, too. */
  private static final int FIRST_INDEX = 25;

  private static final Pattern HOLDS_UP_WRITERS =
      Pattern.compile(
          "\\bCREATE\\s+(UNIQUE\\s+)?INDEX\\s+(?!CONCURRENTLY)(\\w+\\s+)?ON\\s+"
              + "(event\\w*|job|attempt|reservation|transfer|idempotency\\w*)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NUMBER = Pattern.compile("V0*(\\d+)__.*\\.sql");

  private static final Pattern CONTRACT =
      Pattern.compile("^-- contract: unused since \\S+", Pattern.MULTILINE);

  private static final List<Pattern> BREAKING =
      Stream.of(
              "\\bDROP\\s+(TABLE|COLUMN|FUNCTION|VIEW|TYPE)\\b",
              "\\bRENAME\\b",
              "\\bALTER\\s+COLUMN\\s+\\w+\\s+(SET\\s+DATA\\s+)?TYPE\\b",
              "\\bSET\\s+NOT\\s+NULL\\b",
              "\\bADD\\s+COLUMN\\s+((?!,|;|DEFAULT|GENERATED).)*\\bNOT\\s+NULL\\b((?!,|;|DEFAULT|GENERATED).)*(,|;|$)",
              "\\bADD\\s+(CONSTRAINT\\s+\\w+\\s+)?CHECK\\b(?!.*NOT\\s+VALID)",
              "\\bREVOKE\\b")
          .map(rule -> Pattern.compile(rule, Pattern.CASE_INSENSITIVE | Pattern.DOTALL))
          .toList();

  /** Since it must be said why the version before can live with a rule that binds its rows, too. */
  private static final int FIRST_SAID = 46;

  private static final Pattern SAID =
      Pattern.compile("^-- the version before: \\S+", Pattern.MULTILINE);

  private static final Pattern NEW_TABLE =
      Pattern.compile(
          "\\bCREATE\\s+TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(\\w+)", Pattern.CASE_INSENSITIVE);

  /** Harmless or not by what they mean, which no pattern knows: the table is the first group. */
  private static final List<Pattern> DOUBTFUL =
      Stream.of(
              "\\bALTER\\s+TABLE\\s+(?:ONLY\\s+)?(\\w+).*\\bADD\\s+(?:CONSTRAINT\\s+\\w+\\s+)?"
                  + "(?:CHECK|UNIQUE|PRIMARY\\s+KEY|FOREIGN\\s+KEY|EXCLUDE)\\b",
              "\\bALTER\\s+TABLE\\s+(?:ONLY\\s+)?(\\w+).*\\bDROP\\s+(?:DEFAULT|CONSTRAINT)\\b",
              "\\bALTER\\s+TABLE\\s+(?:ONLY\\s+)?(\\w+).*\\b(?:ENABLE|DISABLE)\\s+(?:\\w+\\s+)?TRIGGER\\b",
              "\\bCREATE\\s+UNIQUE\\s+INDEX\\b.*?\\bON\\s+(?:ONLY\\s+)?(\\w+)",
              "\\bCREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:CONSTRAINT\\s+)?TRIGGER\\b.*?\\bON\\s+(\\w+)",
              "\\bDROP\\s+TRIGGER\\b.*?\\bON\\s+(\\w+)",
              "\\bDROP\\s+INDEX\\s+(?:CONCURRENTLY\\s+)?(?:IF\\s+EXISTS\\s+)?(\\w+)")
          .map(rule -> Pattern.compile(rule, Pattern.CASE_INSENSITIVE | Pattern.DOTALL))
          .toList();

  private static List<String> doubtful(String sql) {
    if (CONTRACT.matcher(sql).find() || SAID.matcher(sql).find()) {
      return List.of();
    }
    String statements = sql.replaceAll("--[^\\n]*", "");
    List<String> made =
        NEW_TABLE.matcher(statements).results().map(table -> table.group(1)).toList();
    return Stream.of(statements.split(";"))
        .filter(
            statement ->
                DOUBTFUL.stream()
                    .flatMap(rule -> rule.matcher(statement).results())
                    .anyMatch(found -> !made.contains(found.group(1))))
        .map(String::strip)
        .toList();
  }

  /** Comments say why, and are no SQL. */
  private static List<String> breaking(String sql) {
    if (CONTRACT.matcher(sql).find()) {
      return List.of();
    }
    String statements = sql.replaceAll("--[^\\n]*", "");
    return Stream.of(statements.split(";"))
        .map(statement -> statement + ";")
        .filter(statement -> BREAKING.stream().anyMatch(rule -> rule.matcher(statement).find()))
        .map(String::strip)
        .toList();
  }

  @Test
  void no_index_of_a_large_table_holds_up_those_who_write_to_it() throws IOException {
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      for (Path file : files.sorted().toList()) {
        Matcher name = NUMBER.matcher(file.getFileName().toString());
        if (name.matches() && Integer.parseInt(name.group(1)) >= FIRST_INDEX) {
          assertThat(HOLDS_UP_WRITERS.matcher(Files.readString(file)).find())
              .as(file.toString())
              .isFalse();
        }
      }
    }
  }

  @Test
  void an_index_that_holds_up_writers_is_found() {
    assertThat(HOLDS_UP_WRITERS.matcher("CREATE INDEX a ON job (x);").find()).isTrue();
    assertThat(HOLDS_UP_WRITERS.matcher("CREATE INDEX a ON ONLY event (x);").find()).isFalse();
    assertThat(HOLDS_UP_WRITERS.matcher("CREATE INDEX CONCURRENTLY a ON job (x);").find())
        .isFalse();
  }

  @Test
  void every_migration_leaves_what_the_version_before_uses() throws IOException {
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      for (Path file : files.sorted().toList()) {
        Matcher name = NUMBER.matcher(file.getFileName().toString());
        assertThat(name.matches()).as(file.toString()).isTrue();
        if (Integer.parseInt(name.group(1)) >= FIRST) {
          assertThat(breaking(Files.readString(file))).as(file.toString()).isEmpty();
        }
      }
    }
  }

  /** A gap would be filled later, and a database that has passed it refuses what comes too late. */
  @Test
  void their_numbers_have_no_gap_and_none_is_there_twice() throws IOException {
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      List<Integer> numbers =
          files
              .map(file -> NUMBER.matcher(file.getFileName().toString()))
              .filter(Matcher::matches)
              .map(name -> Integer.parseInt(name.group(1)))
              .sorted()
              .toList();

      assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, numbers.size()).boxed().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE job DROP COLUMN input;",
        "DROP TABLE slot;",
        "ALTER TABLE job RENAME COLUMN input TO body;",
        "ALTER TABLE job ALTER COLUMN priority TYPE bigint;",
        "ALTER TABLE job ALTER COLUMN held_reason SET NOT NULL;",
        "ALTER TABLE job ADD COLUMN region text NOT NULL;",
        "ALTER TABLE job ADD CHECK (priority < 7);",
        "REVOKE UPDATE ON job FROM backlot_app;"
      })
  void what_the_version_before_would_stumble_over_is_found(String sql) {
    assertThat(breaking(sql)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE job ADD COLUMN region text;",
        "ALTER TABLE job ADD COLUMN region text NOT NULL DEFAULT 'any';",
        "CREATE TABLE place (id uuid PRIMARY KEY, name text NOT NULL);",
        "CREATE INDEX CONCURRENTLY job_region ON job (region);",
        "ALTER TABLE job ADD CHECK (priority < 7) NOT VALID;",
        "-- nothing is dropped: DROP TABLE job;",
        "-- contract: unused since 2.1\nALTER TABLE job DROP COLUMN input;"
      })
  void what_it_does_not_notice_is_allowed(String sql) {
    assertThat(breaking(sql)).isEmpty();
  }

  @Test
  void what_binds_the_rows_of_the_version_before_says_why_it_can_live_with_it() throws IOException {
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      for (Path file : files.sorted().toList()) {
        Matcher name = NUMBER.matcher(file.getFileName().toString());
        if (name.matches() && Integer.parseInt(name.group(1)) >= FIRST_SAID) {
          assertThat(doubtful(Files.readString(file))).as(file.toString()).isEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE job ADD CHECK (priority < 7) NOT VALID;",
        "ALTER TABLE job ADD CONSTRAINT low CHECK (priority < 7) NOT VALID;",
        "ALTER TABLE job ADD CONSTRAINT once UNIQUE USING INDEX job_once;",
        "ALTER TABLE job ALTER COLUMN priority DROP DEFAULT;",
        "ALTER TABLE job DROP CONSTRAINT job_pkey;",
        "ALTER TABLE job DISABLE TRIGGER watch;",
        "CREATE UNIQUE INDEX CONCURRENTLY job_once ON job (tenant_id);",
        "DROP INDEX CONCURRENTLY IF EXISTS job_once;",
        "CREATE TRIGGER watch BEFORE INSERT ON job EXECUTE FUNCTION look();",
        "DROP TRIGGER watch ON job;"
      })
  void what_may_refuse_a_row_of_the_version_before_is_found(String sql) {
    assertThat(doubtful(sql)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- the version before: writes no such row\nALTER TABLE job ADD CHECK (x < 7) NOT VALID;",
        "-- contract: unused since 2.1\nDROP INDEX job_once;",
        "CREATE TABLE place (id uuid);\nCREATE UNIQUE INDEX place_once ON place (id);",
        "CREATE INDEX CONCURRENTLY job_region ON job (region);",
        "ALTER TABLE job ADD COLUMN region text DEFAULT 'any';"
      })
  void what_refuses_none_of_its_rows_needs_no_reason(String sql) {
    assertThat(doubtful(sql)).isEmpty();
  }
}
