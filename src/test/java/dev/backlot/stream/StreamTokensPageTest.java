package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigSource;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.job.JobState;
import dev.backlot.http.TestServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for back ends says what the API does. */
class StreamTokensPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/stream-tokens.md");
  private static final Set<String> WORDS = Set.of("jobs", "batch", "tenant", "ttl_seconds");
  private static final Pattern EXAMPLE = Pattern.compile("```json\\n(.*?)\\n```", Pattern.DOTALL);

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;

  @TempDir Path directory;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
    log.append(TENANT, job(1), JobState.QUEUED);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void tokens_are_asked_for_answered_and_listed_as_shown() {
    List<JsonObject> requests =
        examples(each -> each.fieldNames().stream().allMatch(WORDS::contains));

    assertThat(requests).hasSize(3);
    for (JsonObject request : requests) {
      if (request.containsKey("batch")) {
        request.put("batch", log.batch(TENANT).toString());
      }
      HttpResponse<Buffer> answer = send(HttpMethod.POST, request.toBuffer());
      assertThat(answer.statusCode()).as(answer.bodyAsString()).isEqualTo(201);
      assertThat(answer.bodyAsJsonObject().fieldNames())
          .isEqualTo(only(each -> each.containsKey("token")).fieldNames());
    }
    JsonObject listed = send(HttpMethod.GET, Buffer.buffer()).bodyAsJsonObject();
    JsonObject shown = only(each -> each.containsKey("items"));
    assertThat(listed.fieldNames()).isEqualTo(shown.fieldNames());
    assertThat(listed.getJsonArray("items"))
        .map(item -> ((JsonObject) item).fieldNames())
        .contains(shown.getJsonArray("items").getJsonObject(0).fieldNames());
  }

  @Test
  void the_bounds_are_those_of_the_configuration_as_it_comes() throws Exception {
    AppConfig config =
        AppConfig.load(
            new ConfigSource(
                Optional.of(Path.of("conf/backlot.yaml")),
                List.of("data-directory=" + directory),
                Map.of()));

    assertThat(page())
        .contains("A tenant may have " + config.streamTokens().liveMax() + " live tokens")
        .contains(
            config.stream().unconfirmedMax().toSeconds() + " seconds (`stream.unconfirmed-max`)")
        .contains("At most " + Pass.AUTHS_PER_MINUTE + "\n`auth` in a minute")
        .contains("every " + config.stream().recheck().toSeconds() + " seconds (`stream.recheck`)");
  }

  private HttpResponse<Buffer> send(HttpMethod method, Buffer body) {
    return TestServer.await(
        server
            .http
            .request(method, "/api/v1/stream/tokens")
            .bearerTokenAuthentication(server.key(Scope.STREAM))
            .putHeader("Content-Type", "application/json"),
        body);
  }

  private static JsonObject only(Predicate<JsonObject> wanted) {
    List<JsonObject> found = examples(wanted);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static List<JsonObject> examples(Predicate<JsonObject> wanted) {
    return EXAMPLE
        .matcher(page())
        .results()
        .map(example -> new JsonObject(example.group(1)))
        .filter(wanted)
        .toList();
  }

  private static String page() {
    try {
      return Files.readString(PAGE);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
