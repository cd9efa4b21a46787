package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigSource;
import dev.backlot.config.StreamConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobState;
import dev.backlot.http.TestServer;
import dev.backlot.port.EventLog.Event;
import dev.backlot.port.EventLog.Snapshot;
import dev.backlot.stream.EventStreamClient.Sent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page for web developers says what the stream does. */
class LiveStatusPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/live-status.md");
  private static final Instant AT = FakeEventLog.START;
  private static final Pattern EXAMPLE = Pattern.compile("```json\\n(.*?)\\n```", Pattern.DOTALL);
  private static final Pattern SENT_EVENTS =
      Pattern.compile("```text\\n(.*?)\\n```", Pattern.DOTALL);
  private static final Pattern CLOSE = Pattern.compile("\\| (\\d{4}) \\| ([a-z-]+) \\|");
  private static final Set<String> OF_CLIENTS = Set.of("auth", "subscribe", "unsubscribe");

  private final FakeEventLog log = new FakeEventLog();

  @TempDir Path directory;

  @BeforeEach
  void queueTheJobOfTheExamples() {
    log.append(TENANT, job(1), JobState.QUEUED);
  }

  @ParameterizedTest
  @MethodSource("messagesOfClients")
  void what_a_client_is_told_to_send_is_understood(String message) {
    String type = new JsonObject(message).getString("type");

    assertThat(name(ClientMessage.parse(message).getClass())).isEqualTo(type);
  }

  @Test
  void every_message_of_a_client_is_explained() {
    assertThat(messagesOfClients().map(LiveStatusPageTest::type).collect(toSet()))
        .isEqualTo(
            Arrays.stream(ClientMessage.class.getPermittedSubclasses())
                .map(LiveStatusPageTest::name)
                .collect(toSet()));
  }

  @ParameterizedTest
  @MethodSource("messagesOfTheServer")
  void what_the_server_says_has_the_members_of_its_example(String message) {
    JsonObject example = new JsonObject(message);

    assertThat(shape(example)).isIn(said(type(message)).map(LiveStatusPageTest::shape).toList());
  }

  @Test
  void every_message_of_the_server_is_explained() {
    Set<String> said = new TreeSet<>(Set.of("event"));
    Arrays.stream(Messages.class.getDeclaredMethods())
        .filter(method -> !Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> method.getReturnType().equals(Message.class))
        .forEach(method -> said.add(snakeCase(method.getName())));
    // Said on the event bus only, and explained on its own page.
    said.removeAll(Set.of("alert", "credit"));

    assertThat(messagesOfTheServer().map(LiveStatusPageTest::type).collect(toSet()))
        .isEqualTo(said);
  }

  @Test
  void the_cursors_of_the_examples_are_cursors() {
    assertThat(examples().filter(each -> each.getString("cursor") != null))
        .isNotEmpty()
        .allSatisfy(each -> assertThat(Cursor.parse(TENANT, each.getString("cursor"))).isPresent());
  }

  @Test
  void the_codes_of_the_errors_are_codes_of_the_api() {
    Set<String> known = Arrays.stream(ErrorCode.values()).map(ErrorCode::slug).collect(toSet());

    assertThat(examples().filter(each -> each.containsKey("code")))
        .isNotEmpty()
        .extracting(each -> each.getString("code"))
        .isSubsetOf(known);
  }

  @Test
  void every_close_code_has_its_reason_and_a_remedy() {
    Map<String, String> explained =
        CLOSE.matcher(page()).results().collect(toMap(row -> row.group(1), row -> row.group(2)));

    assertThat(explained)
        .isEqualTo(
            Arrays.stream(CloseCode.values())
                .collect(toMap(code -> String.valueOf(code.code()), CloseCode::reason)));
  }

  @Test
  void a_token_is_asked_for_and_answered_as_shown() throws Exception {
    try (StreamServer server = new StreamServer(log, StreamServer.config())) {
      String key = server.key(Scope.STREAM);
      JsonObject shown = examples().filter(each -> each.containsKey("token")).toList().get(0);
      List<JsonObject> requests =
          examples().filter(each -> type(each.encode()).isEmpty() && !each.equals(shown)).toList();

      assertThat(requests).hasSize(2);
      for (JsonObject request : requests) {
        HttpResponse<Buffer> answer =
            TestServer.await(
                server
                    .http
                    .request(HttpMethod.POST, "/api/v1/stream/tokens")
                    .bearerTokenAuthentication(key)
                    .putHeader("Content-Type", "application/json"),
                request.toBuffer());
        assertThat(answer.statusCode()).as(answer.bodyAsString()).isEqualTo(201);
        assertThat(shape(answer.bodyAsJsonObject())).isEqualTo(shape(shown));
      }
    }
  }

  @Test
  void an_event_stream_looks_as_shown() throws Exception {
    FakeEventLog quiet = new FakeEventLog();
    try (StreamServer server = new StreamServer(quiet, StreamServer.config())) {
      EventStreamClient client = server.follow("tenant=true");
      List<Sent> said = new ArrayList<>(client.next(3));
      quiet.append(TENANT, job(1), JobState.QUEUED, "{\"state\":\"queued\",\"version\":1}");
      said.add(client.next("event"));

      assertThat(sentEvents()).containsExactlyElementsOf(said.stream().map(this::form).toList());
      assertThat(client.retries()).containsExactly(EventStream.RETRY_MILLIS);
    }
  }

  /** Of each example: whether it has an id, its type and the form of its data. */
  private List<List<Object>> sentEvents() {
    String block = SENT_EVENTS.matcher(page()).results().findFirst().orElseThrow().group(1);
    return Stream.of(block.split("\n\n"))
        .filter(event -> event.contains("data: "))
        .map(event -> event.lines().toList())
        .map(
            lines -> {
              String data = lines.get(lines.size() - 1).substring("data: ".length());
              String type = lines.get(lines.size() - 2).substring("event: ".length());
              return List.<Object>of(
                  lines.get(0).startsWith("id: "), type, shape(new JsonObject(data)));
            })
        .toList();
  }

  private List<Object> form(Sent sent) {
    return List.of(sent.id() != null, sent.type(), shape(sent.data()));
  }

  @Test
  void the_bounds_are_those_of_the_code_and_of_the_configuration_as_it_comes() {
    StreamConfig config = configuration();

    assertThat(page())
        .contains("| time for `auth` | " + config.authTimeout().toSeconds() + " seconds |")
        .contains("| a message of yours | " + (config.messageBytesMax() >> 10) + " KiB |")
        .contains("| a credential | " + ClientMessage.CREDENTIAL_LENGTH_MAX + " characters |")
        .contains("| subscriptions of a socket | " + Feed.WATCHES_MAX + " |")
        .contains("| jobs of a subscription or token | " + Watch.JOBS_MAX + " |")
        .contains("| `auth` in a minute, and at a time | " + Pass.AUTHS_PER_MINUTE + " and 1 |")
        .contains("| messages of yours without an answer | " + Session.UNANSWERED_MAX + " |")
        .contains("| what waits for a slow reader | " + (config.queueBytesMax() >> 10) + " KiB |")
        .contains("| jobs in a tenant's or a batch's snapshot | " + config.snapshotJobsMax() + " |")
        .contains("| life of an event stream | " + EventStream.LIFETIME.toMinutes() + " minutes |")
        .contains("| sockets and event streams of a node | " + config.socketsMax() + " |")
        .contains("| of these, one tenant's | " + config.socketsPerTenantMax() + " |")
        .contains("all slow readers of a node | " + (config.queueBytesAllMax() >> 20) + " MiB |")
        .contains("Every " + config.heartbeat().toSeconds() + " seconds (`heartbeat_ms`)")
        .contains("heard for " + config.silenceMax().toSeconds() + " seconds is closed with 4411");
  }

  static Stream<String> messagesOfClients() {
    return examples().map(JsonObject::encode).filter(each -> OF_CLIENTS.contains(type(each)));
  }

  static Stream<String> messagesOfTheServer() {
    return examples()
        .map(JsonObject::encode)
        .filter(each -> !type(each).isEmpty() && !OF_CLIENTS.contains(type(each)));
  }

  /** What the server says, in each of its forms. */
  private Stream<JsonObject> said(String type) {
    OptionalLong position = OptionalLong.of(1);
    return switch (type) {
      case "ready" -> json(Messages.ready(Duration.ofSeconds(10), AT));
      case "expiring" -> json(Messages.expiring(AT, AT.plusSeconds(60)));
      case "snapshot" -> json(snapshot(), snapshotOfBatch());
      case "live" -> json(Messages.live("a"));
      case "event" -> Stream.of(new JsonObject(new Frame(event()).text()));
      case "heartbeat" -> json(Messages.heartbeat(TENANT, position, AT));
      case "unsubscribed" -> json(Messages.unsubscribed("a"));
      case "cursor_expired" -> json(Messages.cursorExpired("a"));
      case "resync" -> json(Messages.resync(TENANT, position, "shutdown"));
      case "error" ->
          json(
              Messages.error("a", Beginnings.unknown(Set.of(job(9)))),
              Messages.error(new BacklotException(ErrorCode.FORBIDDEN, "No.")),
              Messages.error(null, new BacklotException(ErrorCode.UNAUTHENTICATED, "No.")));
      default -> throw new AssertionError("the server never says " + type);
    };
  }

  private Message snapshot() {
    Watch watch = Watch.ofJobs("a", TENANT, Set.of(job(1)));
    return Messages.snapshot(
        watch, new Snapshot(1, List.of(log.job(TENANT, job(1)).orElseThrow())), true);
  }

  private static Message snapshotOfBatch() {
    Watch watch = new Watch("b", TENANT, Set.of(), new BatchId(job(1).value()), Set.of());
    Map<JobState, Long> counts = Map.of(JobState.SUCCEEDED, 1L, JobState.FAILED, 1L);
    return Messages.snapshot(watch, new Snapshot(1, List.of(), counts), true);
  }

  private Event event() {
    return log.append(TENANT, job(1), JobState.RUNNING, "{\"state\":\"running\",\"version\":2}");
  }

  private StreamConfig configuration() {
    return AppConfig.load(
        new ConfigSource(
            Optional.of(Path.of("conf/backlot.yaml")),
            List.of("data-directory=" + directory),
            Map.of()))
        .stream();
  }

  private static Stream<JsonObject> json(Message... messages) {
    return Arrays.stream(messages).map(Message::text).map(JsonObject::new);
  }

  /** Names of members and kinds of values, as deep as they go; of a list its first entry. */
  private static Object shape(Object value) {
    if (value instanceof JsonObject object) {
      Map<String, Object> members = new TreeMap<>();
      object.fieldNames().forEach(name -> members.put(name, shapeOf(object.getValue(name))));
      return members;
    }
    if (value instanceof JsonArray array) {
      return array.isEmpty() ? List.of() : List.of(shapeOf(array.getValue(0)));
    }
    return value instanceof Number ? "number" : value.getClass().getSimpleName();
  }

  private static Object shapeOf(@Nullable Object value) {
    return value == null ? "null" : shape(value);
  }

  private static Stream<JsonObject> examples() {
    return EXAMPLE.matcher(page()).results().map(LiveStatusPageTest::example);
  }

  private static JsonObject example(MatchResult found) {
    return new JsonObject(found.group(1));
  }

  private static String type(String message) {
    return new JsonObject(message).getString("type", "");
  }

  private static String name(Class<?> message) {
    return message.getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static String page() {
    try {
      return Files.readString(PAGE);
    } catch (IOException missing) {
      throw new AssertionError(missing);
    }
  }
}
