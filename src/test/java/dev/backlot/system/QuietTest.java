package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P7: what must stay secret is nowhere, while the code paths that handle it did log. */
class QuietTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Map<String, String> SETTINGS = Map.of("simulator.time-factor", "100");
  private static final String PROMPT = "canary-prompt-7b1f";
  private static final String PROVIDER_TEXT = "canary-provider-9c2e";

  /** As the real service may quote what it does not like. */
  private static final String QUOTING = "message=risk control found " + PROVIDER_TEXT + " in it] ";

  @TempDir Path directory;

  @Test
  void no_prompt_key_token_or_provider_text_is_in_logs_metrics_or_answers() throws Exception {
    try (BacklotProcess backlot = BacklotProcess.start(directory, SETTINGS)) {
      Api api = backlot.client();
      List<String> secrets = new ArrayList<>(List.of(PROMPT, PROVIDER_TEXT));
      List<String> answers = new ArrayList<>();
      awaitState(api, "succeeded", api.submit("[sim:lost] " + PROMPT));
      // No look-up is left that the fault could hit: it hits a query.
      Api.postTo(
          backlot.control() + "/faults",
          "{\"fault\":\"error\",\"target\":\"query\",\"code\":5000,\"count\":1,\"message\":\"%s %s\"}"
              .formatted(PROVIDER_TEXT, PROMPT));
      String good = api.submit(PROMPT);
      String failing = api.submit("[sim:moderate-task=" + QUOTING + PROMPT);
      String refused = api.submit("[sim:error=1301," + QUOTING + PROMPT);
      awaitState(api, "succeeded", good);
      awaitState(api, "failed", failing, refused);
      answers.add(api.job(failing).getJsonObject("error").encode());
      answers.add(api.job(refused).getJsonObject("error").encode());
      answers.add(api.post("/api/v1/jobs", "{\"kind\":\"" + PROMPT + "\"}").text());

      String strangeKey = forged(backlot.demoKey());
      Api.Answer stranger = new Api(backlot.api(), strangeKey).get("/api/v1/jobs/" + good);
      assertThat(stranger.status()).isEqualTo(401);
      answers.add(stranger.text());
      secrets.addAll(List.of(secretPart(backlot.demoKey()), secretPart(strangeKey)));

      String link = api.post(output(good) + "/link", "").json().getString("url");
      assertThat(api.get(link).status()).isEqualTo(200);
      Api.Answer noFile = api.get(forged(link));
      assertThat(noFile.status()).isEqualTo(404);
      answers.add(noFile.text());
      secrets.addAll(List.of(linkToken(link), linkToken(forged(link))));

      String token = mintStreamToken(api, good);
      answers.add(firstMessage(backlot, token));
      answers.add(firstMessage(backlot, forged(token)));
      for (String misplaced : List.of("?token=" + token, "?access_token=" + token, "?x=" + token)) {
        Api.Answer unread = api.get("/api/v1/stream" + misplaced);
        assertThat(unread.status()).isEqualTo(400);
        answers.add(unread.text());
      }
      Api.Answer notAnId = api.get("/api/v1/jobs/" + token);
      assertThat(notAnId.status()).isEqualTo(404);
      answers.add(notAnId.text());
      secrets.addAll(List.of(secretPart(token), secretPart(forged(token))));

      secrets.add(new Books(backlot).callbackToken(good));

      answers.add(Api.text(backlot.management() + "/metrics"));
      backlot.stop();

      secrets.add(read(directory.resolve("provider-api.key")).strip());
      secrets.add(read(directory.resolve("link.key")).strip());
      secrets.add(read(directory.resolve("callback.key")).strip());
      secrets.add(read(directory.resolve("callback-secret.key")).strip());
      String log = withoutWelcome(backlot.log());
      assertLogged(log, "create ended", "accepted ");
      assertLogged(log, "create ended", "refused 1301");
      assertLogged(log, "create ended", "unknown: ");
      assertLogged(log, "look-up ended", "answer=");
      assertLogged(log, "query of several tasks ended", "unclear: code 5000");
      assertLogged(log, "query of several tasks ended", "failed content-rejected");
      assertLogged(log, "query of several tasks ended", "succeeded");
      assertLogged(log, "request refused", "unauthenticated");
      assertLogged(log, "request refused", "invalid-request");
      assertLogged(log, "result link made", good);
      assertLogged(log, "request refused", "link-invalid");
      assertLogged(log, "request answered", "/outputs/0");
      assertLogged(log, "request answered", "/callbacks/kling/*");
      assertLogged(log, "request answered", "path=\"/api/v1/jobs/*\"");
      assertLogged(log, "a socket was admitted", "credential=");
      assertLogged(log, "a socket was turned away");
      for (String secret : secrets) {
        assertThat(log).doesNotContain(secret);
        assertThat(PostgresLog.of(directory)).doesNotContain(secret);
        assertThat(answers).noneMatch(answer -> answer.contains(secret));
      }
    }
  }

  private static void awaitState(Api api, String state, String... jobs) {
    for (String job : jobs) {
      Eventually.until(
          job + " is " + state, PATIENCE, () -> api.job(job).getString("state").equals(state));
    }
  }

  /** The code path was taken, and would have told. */
  private static void assertLogged(String log, String... parts) {
    assertThat(log.lines().filter(line -> line.contains(" DEBUG ")))
        .as("a line with " + List.of(parts))
        .anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
  }

  private static String mintStreamToken(Api api, String job) {
    String body = new JsonObject().put("jobs", new JsonArray().add(job)).encode();
    return api.post("/api/v1/stream/tokens", body).json().getString("token");
  }

  /** What the live stream answers to this credential. */
  private static String firstMessage(BacklotProcess backlot, String token) throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    URI uri = URI.create(backlot.api().replace("http:", "ws:") + "/api/v1/stream");
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(uri, new FirstText(first))
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    JsonObject auth = new JsonObject().put("type", "auth").put("token", token);
    socket.sendText(auth.encode(), true);
    String message = first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    socket.abort();
    return message;
  }

  private record FirstText(CompletableFuture<String> first) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      first.complete(text.toString());
      return CompletableFuture.completedStage(null);
    }
  }

  /** The same credential with another last character but one: every bit of that one counts. */
  private static String forged(String credential) {
    int at = credential.length() - 2;
    char other = credential.charAt(at) == 'a' ? 'b' : 'a';
    return credential.substring(0, at) + other + credential.substring(at + 1);
  }

  /** The welcome shows the demo key, and it alone may. */
  private static String withoutWelcome(String log) {
    return log.lines()
        .filter(line -> !line.contains("demo key") && !line.contains("curl -s"))
        .filter(line -> !line.contains("backlot.jar watch"))
        .collect(Collectors.joining("\n"));
  }

  private static String output(String job) {
    return "/api/v1/jobs/" + job + "/outputs/0";
  }

  private static String linkToken(String link) {
    return link.substring(link.indexOf("link=") + 5);
  }

  private static String secretPart(String credential) {
    return credential.split("_", 3)[2];
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
