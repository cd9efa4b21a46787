package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.Section;
import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorConfig.Rendering;
import dev.backlot.config.SimulatorQuirks;
import dev.backlot.dispatch.GeneratedInputs.Case;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Facts;
import dev.backlot.domain.catalog.PriceBook;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.http.JsonBody;
import dev.backlot.simulator.BookedTask;
import dev.backlot.simulator.SimulatorServer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Catalog and simulator share no data: what they agree on for generated inputs is what the
 * reference says. Another run of cases: {@code -Dbacklot.seed=...}.
 */
class CatalogAgainstSimulatorTest {
  private static final long SEED = Long.getLong("backlot.seed", 20_261_122);
  private static final int CASES_PER_MODEL = 120;
  private static final int SHOWN = 10;

  private static final Catalog CATALOG = CatalogFiles.load();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Map<String, Tally> TALLIES = new LinkedHashMap<>();
  private static final List<String> REFUSED_BY_SIMULATOR = new ArrayList<>();
  private static final Map<String, Sent> SENT = new HashMap<>();
  private static Map<String, BookedTask> booked = Map.of();
  private static SimulatorServer simulator;
  private static long ids;

  /** Of one kind and model. */
  private static final class Tally {
    private int accepted;
    private int refused;
    private int refusedHereAlone;
  }

  /**
   * @param upTo whether the price is a ceiling
   */
  private record Sent(
      Case generated, PlannedAttempt attempt, PriceBook.Price price, boolean upTo) {}

  @BeforeAll
  static void sendAll() throws Exception {
    SimulatorConfig config =
        SimulatorConfig.defaults()
            .withSlots(1_000_000)
            .withPackUnits(new BigDecimal("1e9"))
            .withQuirks(withoutSessions())
            .withRendering(new Rendering(RenderMode.IMMEDIATE, 1, Duration.ofSeconds(1), 0));
    simulator = await(SimulatorServer.start(config, InstantSource.system()));
    GeneratedInputs inputs = new GeneratedInputs(SEED, made());
    for (Map.Entry<String, List<String>> kind : inputs.models().entrySet()) {
      for (String model : kind.getValue()) {
        for (int n = 0; n < CASES_PER_MODEL; n++) {
          send(inputs.next(kind.getKey(), model));
        }
      }
    }
    booked =
        await(simulator.verticle().tasks()).stream()
            .filter(task -> SENT.containsKey(task.externalId()))
            .collect(Collectors.toMap(BookedTask::externalId, task -> task));
    print();
  }

  /** Nobody has opened the sessions of generated inputs. */
  private static SimulatorQuirks withoutSessions() {
    Map<String, Object> values = Map.of("any-session", true);
    return SimulatorQuirks.from(new Section("quirks", values, true, name -> ""));
  }

  /** What later tasks take: one of each, made by the simulator itself. */
  private static Map<String, String> made() throws Exception {
    String clip = "{\"model_name\":\"kling-v2-6\",\"prompt\":\"a boat\"}";
    String sound = "{\"prompt\":\"waves\",\"duration\":3.5}";
    return Map.of(
        "video", result("/v1/videos/text2video", clip, "videos"),
        "audio", result("/v1/audio/text-to-audio", sound, "audios"));
  }

  private static String result(String path, String body, String list) throws Exception {
    String id = post(path, body).getJsonObject("data").getString("task_id");
    return send(request(path + "/" + id).GET())
        .getJsonObject("data")
        .getJsonObject("task_result")
        .getJsonArray(list)
        .getJsonObject(0)
        .getString("id");
  }

  @AfterAll
  static void stop() {
    await(simulator.close());
  }

  @Test
  void what_intake_accepts_the_simulator_accepts() {
    assertThat(REFUSED_BY_SIMULATOR.stream().limit(SHOWN))
        .as("seed %d, %d refused", SEED, REFUSED_BY_SIMULATOR.size())
        .isEmpty();
  }

  @Test
  void what_is_quoted_is_what_the_simulator_bills() {
    List<String> wrong = new ArrayList<>();
    SENT.forEach(
        (externalId, sent) -> {
          BookedTask task = booked.get(externalId);
          if (task != null && !isPrice(task, sent)) {
            wrong.add(sent.generated() + ": quoted " + sent.price() + ", billed " + task.billed());
          }
        });

    assertThat(booked).as("seed %d", SEED).hasSizeGreaterThan(500);
    assertThat(wrong.stream().limit(SHOWN)).as("seed %d, %d wrong", SEED, wrong.size()).isEmpty();
  }

  @Test
  void every_model_of_every_kind_was_tried_in_earnest() {
    assertThat(TALLIES)
        .allSatisfy((name, tally) -> assertThat(tally.accepted).as(name).isGreaterThan(3));
  }

  @Test
  void both_dialects_were_spoken_for_the_same_kind() {
    Set<String> ways =
        SENT.values().stream()
            .map(sent -> sent.generated().kind() + " " + sent.attempt().dialect())
            .collect(Collectors.toSet());

    assertThat(ways).contains("text2video legacy", "text2video path-per-model");
  }

  private static void send(Case generated) throws Exception {
    Tally tally =
        TALLIES.computeIfAbsent(generated.kind() + " " + generated.model(), k -> new Tally());
    Facts facts;
    try {
      Buffer body = Buffer.buffer(generated.input().encode());
      facts = CATALOG.check(generated.kind(), generated.beside(), JsonBody.parse(body).getMap());
    } catch (BacklotException refused) {
      tally.refused++;
      tally.refusedHereAlone += sendAsItIs(generated) ? 1 : 0;
      return;
    }
    tally.accepted++;
    for (PlannedAttempt attempt : plans(facts)) {
      SENT.put(
          attempt.externalId(),
          new Sent(
              generated, attempt, CATALOG.price(facts), facts.kind().costsAtMost(facts.input())));
      JsonObject answer = post(attempt.path(), attempt.body());
      if (answer.getInteger("code") != 0) {
        REFUSED_BY_SIMULATOR.add(
            generated + " by " + attempt.path() + ": " + answer.getString("message"));
      }
    }
  }

  /** One for each dialect that it can go in. */
  private static List<PlannedAttempt> plans(Facts facts) {
    QueuedJob job =
        new QueuedJob(
            new JobId(new UUID(0, ++ids)),
            facts.kind().name(),
            facts.model(),
            "default",
            facts.slotClass().text(),
            facts.outputs(),
            new JsonObject(facts.input()).encode(),
            0);
    FreeSlots room = new FreeSlots("default", "main", job.slotClass(), job.slots());
    return Stream.of(Dialect.values())
        .map(dialect -> planner(dialect).apply(List.of(job), List.of(room)))
        .flatMap(List::stream)
        .toList();
  }

  /** As for an account that speaks only this dialect. */
  private static AttemptPlanner planner(Dialect only) {
    Dispatch.Dialects dialects =
        new Dispatch.Dialects() {
          @Override
          public Reach ofAccount(String account) {
            return new Reach(Set.of(only));
          }

          @Override
          public Reach of(String pool, @Nullable String account) {
            return new Reach(Set.of(only));
          }

          @Override
          public Optional<Dialect> preferred(String account, String model, String version) {
            return Optional.empty();
          }
        };
    return new AttemptPlanner(
        new RouteChoice(CATALOG, dialects),
        "abcdefgh",
        () -> new UUID(1, ++ids),
        (attempt, account) -> Optional.of("https://backlot.example/callbacks/kling/" + attempt),
        Dispatch.Standings.even(),
        (account, slotClass) -> false);
  }

  private static boolean sendAsItIs(Case generated) throws Exception {
    Route route = CATALOG.routes(generated.kind()).get(0);
    JsonObject body = generated.input().copy();
    return post(route.pathFor(generated.model()), body.encode()).getInteger("code") == 0;
  }

  /** Exactly, or at most where the length is not known when it is quoted. */
  private static boolean isPrice(BookedTask task, Sent sent) {
    int above = new Credits(task.billed()).compareTo(sent.price().amount());
    return task.pack().equals(sent.price().asset().text().replace("_unit", ""))
        && (above == 0 || (sent.upTo() && above < 0));
  }

  private static JsonObject post(String path, String body)
      throws IOException, InterruptedException {
    return send(request(path).POST(BodyPublishers.ofString(body)));
  }

  private static HttpRequest.Builder request(String path) {
    String key = SimulatorConfig.defaults().account().apiKey().value();
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + simulator.verticle().port() + path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + key);
  }

  private static JsonObject send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return new JsonObject(HTTP.send(request.build(), BodyHandlers.ofString()).body());
  }

  private static void print() {
    System.out.println("catalog against simulator, seed " + SEED);
    TALLIES.forEach(
        (name, tally) ->
            System.out.printf(
                "  %-36s accepted %3d, refused %3d, of these by the catalog alone %3d%n",
                name, tally.accepted, tally.refused, tally.refusedHereAlone));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("waited too long", late);
    }
  }
}
