package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P7: what must stay secret is nowhere, while the code paths that handle it did log. */
class QuietTest {
  private static final String PROMPT = "canary-prompt-7b1f";
  private static final String PROVIDER_TEXT = "risk control";

  @TempDir Path directory;

  @Test
  void no_prompt_key_token_or_provider_text_is_in_logs_metrics_or_answers() throws Exception {
    try (BacklotProcess backlot = BacklotProcess.start(directory, Map.of())) {
      Api api = backlot.client();
      String good = api.submit(PROMPT);
      String bad = api.submit("[sim:moderate-task] " + PROMPT);
      Eventually.until(
          "both have ended",
          Duration.ofSeconds(60),
          () ->
              api.job(good).getString("state").equals("succeeded")
                  && api.job(bad).getString("state").equals("failed"));
      String link =
          api.post("/api/v1/jobs/" + good + "/outputs/0/link", "").json().getString("url");
      assertThat(api.get(link).status()).isEqualTo(200);
      String metrics = Api.text(backlot.management() + "/metrics");
      String failure = api.job(bad).getJsonObject("error").encode();
      String problem = api.post("/api/v1/jobs", "{\"kind\":\"" + PROMPT + "\"}").text();
      backlot.stop();

      List<String> secrets =
          List.of(
              PROMPT,
              PROVIDER_TEXT,
              secretPart(backlot.demoKey()),
              read(directory.resolve("provider-api.key")).strip(),
              read(directory.resolve("link.key")).strip(),
              link.substring(link.indexOf("link=") + 5));
      String log = withoutWelcome(backlot.log());
      assertThat(log).as("the paths did log").contains(good).contains(bad).contains(" DEBUG ");
      assertThat(secrets).noneMatch(log::contains);
      assertThat(secrets).noneMatch(postgresLog()::contains);
      assertThat(secrets).noneMatch(problem::contains);
      assertThat(secrets).noneMatch(failure::contains);
      assertThat(secrets).noneMatch(metrics::contains);
    }
  }

  private String postgresLog() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("postgres"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .map(QuietTest::read)
          .collect(Collectors.joining());
    }
  }

  /** The welcome shows the demo key, and it alone may. */
  private static String withoutWelcome(String log) {
    return log.lines()
        .filter(line -> !line.contains("demo key") && !line.contains("curl -s"))
        .filter(line -> !line.contains("backlot.jar watch"))
        .collect(Collectors.joining("\n"));
  }

  private static String secretPart(String key) {
    return key.substring(key.lastIndexOf('_') + 1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
