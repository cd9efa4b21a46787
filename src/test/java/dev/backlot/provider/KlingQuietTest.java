package dev.backlot.provider;

import static dev.backlot.provider.KlingStub.answer;
import static dev.backlot.provider.KlingStub.error;
import static dev.backlot.provider.KlingStub.success;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import dev.backlot.bus.Bus;
import dev.backlot.config.ProviderConfig;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.VideoProvider.Create;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Promise P7: whatever goes wrong, no key, prompt, address or word of the provider is logged. */
class KlingQuietTest {
  private static final String WORDS = "provider-words-canary-4715";
  private static final String URL =
      "https://cdn.example/url-canary-4716.mp4?pkey=url-key-canary-4717";

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final List<Appender<ILoggingEvent>> consoles = new ArrayList<>();
  private Level level = Level.WARN;
  private KlingFixture kling;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
    level = root.getLevel();
    log.start();
    root.iteratorForAppenders().forEachRemaining(consoles::add);
    consoles.forEach(root::detachAppender);
    root.addAppender(log);
    root.setLevel(Level.DEBUG);
  }

  @AfterEach
  void stop() throws Exception {
    kling.close();
    root.detachAppender(log);
    consoles.forEach(root::addAppender);
    root.setLevel(level);
  }

  @Test
  void creates_log_their_outcome_and_nothing_of_their_content() throws Exception {
    ProviderConfig pair = KlingConfigs.withKeyPair(kling.stub.address());
    ProviderConfig apiKey = KlingConfigs.withApiKey(kling.stub.address());
    for (int code : List.of(1002, 1004, 1201, 1301, 1303, 5000, 9999)) {
      kling.stub.nextCreate(answer(400, error(code, WORDS + KlingFixture.PROMPT)));
    }
    kling.stub.nextCreate(answer(200, "<html>" + WORDS));
    kling.stub.nextCreate(request -> request.connection().close());
    for (int i = 0; i < 10; i++) {
      kling.create(kling.client(i % 2 == 0 ? pair : apiKey));
    }

    assertThat(lines()).contains("create ended").contains("refused 1303").contains("unknown: ");
    assertQuiet(lines());
  }

  @Test
  void queries_log_nothing_of_what_they_read() throws Exception {
    JsonObject video = new JsonObject().put("url", URL);
    JsonObject task =
        new JsonObject()
            .put("task_id", "1")
            .put("task_status", "succeed")
            .put("final_unit_deduction", WORDS)
            .put("task_result", new JsonObject().put("videos", new JsonArray().add(video)));
    kling.stub.get(KlingFixture.PATH, answer(200, success(task)));

    TaskLookup found =
        kling.query(kling.client(KlingConfigs.withKeyPair(kling.stub.address())), "1");

    assertThat(((TaskLookup.Found) found).report()).isInstanceOf(TaskReport.Succeeded.class);
    assertThat(lines()).contains("deduction is not an amount of credits");
    assertQuiet(lines());
  }

  @Test
  void a_failed_task_is_told_in_our_own_words() throws Exception {
    JsonObject task =
        new JsonObject()
            .put("task_id", "1")
            .put("task_status", "failed")
            .put("task_status_msg", WORDS + " invalid " + KlingFixture.PROMPT);
    kling.stub.get(KlingFixture.PATH, answer(200, success(task)));

    TaskLookup found =
        kling.query(kling.client(KlingConfigs.withKeyPair(kling.stub.address())), "1");

    TaskReport.Failed failed = (TaskReport.Failed) ((TaskLookup.Found) found).report();
    assertQuiet(failed.detail());
  }

  @Test
  void breakers_and_parking_log_the_account_and_nothing_else() throws Exception {
    ProviderConfig config = KlingConfigs.withKeyPair(kling.stub.address());
    GuardedProvider guarded =
        new GuardedProvider(
            kling.vertx,
            Bus.install(kling.vertx),
            InstantSource.system(),
            kling.client(config),
            List.of(KlingConfigs.ACCOUNT),
            new ProviderConfig.Breaker(
                2, Duration.ofSeconds(60), Duration.ofMinutes(1), Duration.ofMinutes(1)));
    for (int code : List.of(5000, 5000)) {
      kling.stub.nextCreate(answer(500, error(code, WORDS)));
      create(guarded);
    }

    SubmitOutcome last = create(guarded);

    assertThat(last).isInstanceOf(SubmitOutcome.NeverSent.class);
    assertThat(lines()).contains("breaker changed").contains(KlingConfigs.ACCOUNT);
    assertQuiet(lines());
  }

  private SubmitOutcome create(GuardedProvider guarded) throws Exception {
    Create create =
        new Create(
            KlingConfigs.ACCOUNT,
            "legacy",
            KlingFixture.PATH,
            KlingFixture.ID,
            new JsonObject().put("prompt", KlingFixture.PROMPT).encode(),
            false,
            "video");
    return KlingFixture.get(kling.onLoop(() -> guarded.create(create, () -> true, late -> {})));
  }

  private String lines() {
    StringBuilder lines = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(log.list)) {
      lines.append(event.getLoggerName()).append(' ').append(event.getFormattedMessage());
      if (event.getKeyValuePairs() != null) {
        event.getKeyValuePairs().forEach(pair -> lines.append(' ').append(pair));
      }
      if (event.getThrowableProxy() != null) {
        lines.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
      lines.append('\n');
    }
    return lines.toString();
  }

  private static void assertQuiet(String text) {
    assertThat(text)
        .doesNotContain(
            Stream.of(
                    KlingConfigs.ACCESS_KEY,
                    KlingConfigs.SECRET_KEY,
                    KlingConfigs.API_KEY,
                    KlingFixture.PROMPT,
                    WORDS,
                    "url-canary",
                    "url-key-canary",
                    "Bearer ")
                .toList());
  }
}
