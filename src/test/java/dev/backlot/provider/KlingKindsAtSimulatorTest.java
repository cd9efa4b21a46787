package dev.backlot.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AccountConfig.Credential;
import dev.backlot.config.AccountConfig.Lookup;
import dev.backlot.config.ProviderConfig;
import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorConfig.Rendering;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.VideoProvider.ByExternalId;
import dev.backlot.port.VideoProvider.ByTaskId;
import dev.backlot.port.VideoProvider.Create;
import dev.backlot.port.VideoProvider.Together;
import dev.backlot.simulator.SimulatorServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each newer kind, from its create to a file in the hand: client against simulator. */
class KlingKindsAtSimulatorTest {
  private static final String ID = "inst0001-aa";
  private static final JsonObject OPTIONS = new JsonObject().put("external_task_id", ID);

  /** A create of each kind, and what it comes to. */
  enum KindOfTask {
    IMAGES(
        Dialect.LEGACY,
        "/v1/images/generations",
        new JsonObject()
            .put("model_name", "kling-v3")
            .put("prompt", "a paper boat")
            .put("n", 2)
            .put("external_task_id", ID),
        "image",
        2,
        "16"),
    TEXT_TO_VIDEO(
        Dialect.PATH_PER_MODEL,
        "/text-to-video/kling-3.0-turbo",
        new JsonObject()
            .put("prompt", "a paper boat")
            .put("settings", new JsonObject().put("duration", 3))
            .put("options", OPTIONS),
        "video",
        1,
        "2.4"),
    IMAGE_TO_VIDEO(
        Dialect.PATH_PER_MODEL,
        "/image-to-video/kling-3.0",
        new JsonObject().put("contents", firstFrame()).put("options", OPTIONS),
        "video",
        1,
        "3"),
    OMNI_VIDEO(
        Dialect.PATH_PER_MODEL,
        "/omni-video/kling-3.0-omni",
        new JsonObject()
            .put("contents", firstFrame())
            .put("settings", new JsonObject().put("duration", 3))
            .put("options", OPTIONS),
        "video",
        1,
        "1.8");

    private final Dialect dialect;
    private final String path;
    private final String body;
    private final String type;
    private final int files;
    private final String price;

    KindOfTask(
        Dialect dialect, String path, JsonObject body, String type, int files, String price) {
      this.dialect = dialect;
      this.path = path;
      this.body = body.encode();
      this.type = type;
      this.files = files;
      this.price = price;
    }

    private static JsonArray firstFrame() {
      return JsonArray.of(
          new JsonObject().put("type", "prompt").put("text", "a paper boat"),
          new JsonObject().put("type", "first_frame").put("url", "https://img.example/a.png"));
    }
  }

  private KlingFixture kling;
  private SimulatorServer simulator;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
    SimulatorConfig config =
        SimulatorConfig.defaults()
            .withRendering(new Rendering(RenderMode.FIRST_QUERY, 100, Duration.ofSeconds(1), 0));
    simulator = KlingFixture.get(SimulatorServer.start(config, InstantSource.system()));
  }

  @AfterEach
  void stop() throws Exception {
    KlingFixture.get(simulator.close());
    kling.close();
  }

  @ParameterizedTest
  @EnumSource
  void a_task_of_each_kind_goes_its_whole_way(KindOfTask kind) throws Exception {
    KlingClient client = client(withApiKey());
    String taskId = ((Accepted) create(client, kind)).taskId();

    TaskReport.Succeeded done = succeeded(client, kind, taskId);

    assertThat(done.outputs()).hasSize(kind.files);
    assertThat(done.outputs()).extracting(Output::type).containsOnly(kind.type);
    assertThat(done.deduction()).isEqualTo(new Credits(new BigDecimal(kind.price)));
    for (int index = 0; index < kind.files; index++) {
      HttpResponse<byte[]> file =
          fetch(KlingPayloads.sourceUrl(done.raw(), index, false).orElseThrow());
      assertThat(file.statusCode()).isEqualTo(200);
      assertThat(file.headers().firstValue("content-type").orElse("")).startsWith(kind.type);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_task_of_each_kind_is_looked_up(KindOfTask kind) throws Exception {
    KlingClient client = client(withApiKey());
    assertThat(lookUp(client, kind)).isInstanceOf(TaskLookup.NotThere.class);
    String taskId = ((Accepted) create(client, kind)).taskId();

    assertThat(lookUp(client, kind))
        .isInstanceOfSatisfying(
            TaskLookup.Found.class, found -> assertThat(found.report().taskId()).isEqualTo(taskId));
  }

  @ParameterizedTest
  @EnumSource
  void a_repeated_create_of_each_kind_is_known_as_one(KindOfTask kind) throws Exception {
    KlingClient client = client(withApiKey());
    create(client, kind);

    assertThat(create(client, kind))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.providerCode()).isEqualTo(1201);
              assertThat(refused.duplicate()).isTrue();
            });
  }

  @Test
  void tasks_of_several_products_are_asked_for_together() throws Exception {
    KlingClient client = client(withApiKey());
    List<ByTaskId> tasks = new ArrayList<>();
    for (KindOfTask kind : List.of(KindOfTask.TEXT_TO_VIDEO, KindOfTask.OMNI_VIDEO)) {
      String id = kind.name().toLowerCase(Locale.ROOT);
      String body = kind.body.replace(ID, id);
      Create create =
          new Create(
              KlingConfigs.ACCOUNT, kind.dialect.text(), kind.path, id, body, false, "video");
      SubmitOutcome made =
          KlingFixture.get(kling.onLoop(() -> client.create(create, () -> true, late -> {})));
      String taskId = ((Accepted) made).taskId();
      tasks.add(new ByTaskId(KlingConfigs.ACCOUNT, kind.dialect.text(), kind.path, taskId));
    }

    List<TaskLookup> answers = KlingFixture.get(kling.onLoop(() -> client.queryAll(tasks)));

    assertThat(answers)
        .extracting(answer -> ((TaskLookup.Found) answer).report().taskId())
        .containsExactlyElementsOf(tasks.stream().map(ByTaskId::taskId).toList());
  }

  @Test
  void legacy_tasks_are_asked_for_together_by_id_with_an_api_key() throws Exception {
    assertFoundTogether(client(withApiKey()), Together.BY_ID);
  }

  @Test
  void legacy_tasks_are_asked_for_together_by_their_list_with_signed_tokens() throws Exception {
    assertFoundTogether(client(withKeyPair()), Together.BY_LIST);
  }

  private void assertFoundTogether(KlingClient client, Together way) throws Exception {
    KindOfTask kind = KindOfTask.IMAGES;
    assertThat(client.together(KlingConfigs.ACCOUNT, kind.dialect.text())).isEqualTo(way);
    List<ByTaskId> tasks = new ArrayList<>();
    for (String id : List.of("one", "two", "three")) {
      Create create =
          new Create(
              KlingConfigs.ACCOUNT,
              kind.dialect.text(),
              kind.path,
              id,
              kind.body.replace(ID, id),
              false,
              "video");
      SubmitOutcome made =
          KlingFixture.get(kling.onLoop(() -> client.create(create, () -> true, late -> {})));
      String taskId = ((Accepted) made).taskId();
      tasks.add(new ByTaskId(KlingConfigs.ACCOUNT, kind.dialect.text(), kind.path, taskId));
    }

    List<TaskLookup> answers = KlingFixture.get(kling.onLoop(() -> client.queryAll(tasks)));

    assertThat(answers)
        .extracting(answer -> ((TaskLookup.Found) answer).report().taskId())
        .containsExactlyElementsOf(tasks.stream().map(ByTaskId::taskId).toList());
  }

  @Test
  void an_account_that_signs_tokens_makes_images_and_nothing_newer() throws Exception {
    KlingClient client = client(withKeyPair());

    assertThat(create(client, KindOfTask.IMAGES)).isInstanceOf(Accepted.class);
    assertThat(create(client, KindOfTask.TEXT_TO_VIDEO)).isInstanceOf(NeverSent.class);
  }

  private TaskReport.Succeeded succeeded(KlingClient client, KindOfTask kind, String taskId)
      throws Exception {
    ByTaskId task = new ByTaskId(KlingConfigs.ACCOUNT, kind.dialect.text(), kind.path, taskId);
    TaskLookup found = KlingFixture.get(kling.onLoop(() -> client.query(task)));
    return (TaskReport.Succeeded) ((TaskLookup.Found) found).report();
  }

  private SubmitOutcome create(KlingClient client, KindOfTask kind) throws Exception {
    Create create =
        new Create(
            KlingConfigs.ACCOUNT, kind.dialect.text(), kind.path, ID, kind.body, false, "video");
    return KlingFixture.get(kling.onLoop(() -> client.create(create, () -> true, late -> {})));
  }

  private TaskLookup lookUp(KlingClient client, KindOfTask kind) throws Exception {
    ByExternalId attempt =
        new ByExternalId(
            KlingConfigs.ACCOUNT,
            kind.dialect.text(),
            kind.path,
            kind.dialect == Dialect.LEGACY ? LookupBy.PATH : LookupBy.TASKS,
            ID,
            Instant.now());
    return KlingFixture.get(kling.onLoop(() -> client.lookUp(attempt)));
  }

  private KlingClient client(ProviderConfig config) {
    return new KlingClient(kling.vertx, InstantSource.system(), config);
  }

  private ProviderConfig withApiKey() {
    return config(
        new Credential.ApiKey(SimulatorConfig.defaults().account().apiKey()), Lookup.TASKS);
  }

  private ProviderConfig withKeyPair() {
    SimulatorConfig.Account account = SimulatorConfig.defaults().account();
    return config(new Credential.KeyPair(account.accessKey(), account.secretKey()), Lookup.LIST);
  }

  private ProviderConfig config(Credential credential, Lookup lookup) {
    String address = "http://127.0.0.1:" + simulator.verticle().port();
    Duration patience = Duration.ofSeconds(10);
    return KlingConfigs.config(address, credential, lookup, 4, patience, patience);
  }

  private static HttpResponse<byte[]> fetch(String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
  }
}
