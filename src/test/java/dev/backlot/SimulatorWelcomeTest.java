package dev.backlot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.simulator.SimulatorServer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorWelcomeTest {
  private static final Pattern CREATE = Pattern.compile("curl -s (\\S+) .* -d '(.*)'");
  private static final Pattern QUERY = Pattern.compile("curl -s '(\\S+)'");

  private final SimulatorConfig config = SimulatorConfig.defaults();
  private final SimulatorServer simulator =
      Deployer.await("starting", SimulatorServer.start(config, InstantSource.system()));
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final SimulatorWelcome welcome =
      new SimulatorWelcome(
          new PrintStream(printed, true, StandardCharsets.UTF_8), simulator.verticle());

  @AfterEach
  void stop() {
    Deployer.await("stopping", simulator.close());
  }

  @Test
  void what_it_offers_to_paste_works() throws Exception {
    welcome.keys(config.account());
    List<MatchResult> creates = CREATE.matcher(text()).results().toList();
    List<MatchResult> queries = QUERY.matcher(text()).results().toList();

    assertThat(creates).hasSize(2);
    assertThat(queries).hasSize(2);
    for (MatchResult create : creates) {
      HttpRequest.Builder post = request(create.group(1));
      assertThat(code(post.POST(BodyPublishers.ofString(create.group(2))))).isZero();
    }
    for (MatchResult query : queries) {
      assertThat(code(request(query.group(1)).GET())).isZero();
    }
  }

  @Test
  void keys_are_shown_only_when_that_is_asked_for() {
    welcome.running();

    assertThat(text())
        .contains(String.valueOf(simulator.verticle().port()))
        .doesNotContain("KEY", config.account().apiKey().value());
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String url) {
    String key = config.account().apiKey().value();
    return HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + key);
  }

  private static int code(HttpRequest.Builder request) throws Exception {
    String body = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
    return new JsonObject(body).getInteger("code");
  }
}
