package dev.backlot.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.backlot.config.AccountConfig.Credential;
import dev.backlot.config.AccountConfig.Lookup;
import dev.backlot.config.ProviderConfig;
import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorConfig.Rendering;
import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.BillingExports;
import dev.backlot.port.BillingExports.Book;
import dev.backlot.port.BillingExports.Window;
import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.Page;
import dev.backlot.port.TaskLists.TaskList;
import dev.backlot.port.VideoProvider.ByExternalId;
import dev.backlot.port.VideoProvider.ByTaskId;
import dev.backlot.port.VideoProvider.Create;
import dev.backlot.simulator.SimulatorServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Client and simulator share no code, so what they agree on is what the reference says. */
class KlingClientAtSimulatorTest {
  private static final String PATH = "/v1/videos/text2video";

  private KlingFixture kling;
  private SimulatorServer simulator;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
    SimulatorConfig config =
        SimulatorConfig.defaults()
            .withRendering(new Rendering(RenderMode.FIRST_QUERY, 100, Duration.ofSeconds(1), 0))
            .withSlots(1);
    simulator = KlingFixture.get(SimulatorServer.start(config, InstantSource.system()));
  }

  @AfterEach
  void stop() throws Exception {
    KlingFixture.get(simulator.close());
    kling.close();
  }

  @ParameterizedTest
  @EnumSource
  void a_task_goes_its_whole_way(Lookup lookup) throws Exception {
    KlingClient client = client(lookup);
    String taskId = ((Accepted) create(client, "inst0001-aa")).taskId();

    TaskLookup found =
        KlingFixture.get(
            kling.onLoop(
                () -> client.query(new ByTaskId(KlingConfigs.ACCOUNT, "legacy", PATH, taskId))));

    assertThat(((TaskLookup.Found) found).report())
        .asInstanceOf(type(TaskReport.Succeeded.class))
        .satisfies(done -> assertThat(done.deduction()).isNotNull())
        .satisfies(
            done ->
                assertThat(KlingPayloads.sourceUrl(done.raw(), 0, false).orElse(""))
                    .startsWith("http"));
  }

  @ParameterizedTest
  @EnumSource
  void a_full_account_refuses_and_leaves_no_task(Lookup lookup) throws Exception {
    KlingClient client = client(lookup);
    create(client, "inst0001-aa");

    assertThat(create(client, "inst0001-bb"))
        .asInstanceOf(type(Refused.class))
        .returns(1303, Refused::providerCode);
    assertThat(lookUp(client, "inst0001-bb")).isInstanceOf(TaskLookup.NotThere.class);
    assertThat(lookUp(client, "inst0001-aa")).isInstanceOf(TaskLookup.Found.class);
  }

  @ParameterizedTest
  @EnumSource
  void tasks_are_listed_page_by_page_with_their_external_ids(Lookup lookup) throws Exception {
    KlingClient client = client(lookup);
    for (int i = 0; i < 5; i++) {
      create(client, "inst0001-" + i);
      finish(client, "inst0001-" + i);
    }

    assertThat(list(client, lookup, Instant.now().minusSeconds(600)))
        .extracting(Listed::externalId)
        .containsExactlyInAnyOrder(
            "inst0001-0", "inst0001-1", "inst0001-2", "inst0001-3", "inst0001-4");
  }

  @Test
  void a_legacy_list_ends_where_it_has_been_read_back_far_enough() throws Exception {
    KlingClient client = client(Lookup.LIST);
    for (int i = 0; i < 5; i++) {
      create(client, "inst0001-" + i);
      finish(client, "inst0001-" + i);
    }

    assertThat(list(client, Lookup.LIST, Instant.now().plusSeconds(600))).hasSize(2);
  }

  @Test
  void the_billing_export_is_read_page_by_page() throws Exception {
    KlingClient client = client(Lookup.TASKS);
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      tasks.add(((Accepted) create(client, "inst0001-" + i)).taskId());
      finish(client, "inst0001-" + i);
    }

    assertThat(billed(client, Book.PACKAGE))
        .allSatisfy(row -> assertThat(row.amount().isPositive()).isTrue())
        .extracting(BillRow::taskId)
        .containsExactlyInAnyOrderElementsOf(tasks);
  }

  @Test
  void an_account_that_pays_by_units_has_an_empty_balance_export() throws Exception {
    KlingClient client = client(Lookup.LIST);
    create(client, "inst0001-0");
    finish(client, "inst0001-0");

    assertThat(billed(client, Book.BALANCE)).isEmpty();
  }

  private List<BillRow> billed(KlingClient client, Book book) throws Exception {
    Instant now = Instant.now();
    Window window =
        new Window(KlingConfigs.ACCOUNT, book, now.minusSeconds(600), now.plusSeconds(600), 2);
    List<BillRow> rows = new ArrayList<>();
    String cursor = null;
    do {
      String from = cursor;
      BillingExports.Page page =
          KlingFixture.get(kling.onLoop(() -> client.exports(call -> true).read(window, from)));
      assertThat(page).isInstanceOf(BillingExports.Page.Read.class);
      rows.addAll(((BillingExports.Page.Read) page).rows());
      cursor = ((BillingExports.Page.Read) page).next();
    } while (cursor != null);
    return rows;
  }

  private List<Listed> list(KlingClient client, Lookup lookup, Instant since) throws Exception {
    TaskList list =
        lookup == Lookup.TASKS
            ? new TaskList(KlingConfigs.ACCOUNT, "path-per-model", "/tasks")
            : new TaskList(KlingConfigs.ACCOUNT, "legacy", PATH);
    List<Listed> listed = new ArrayList<>();
    String cursor = null;
    do {
      String from = cursor;
      Page page = KlingFixture.get(kling.onLoop(() -> client.read(list, since, from)));
      assertThat(page).isInstanceOf(Page.Read.class);
      listed.addAll(((Page.Read) page).tasks());
      cursor = ((Page.Read) page).next();
    } while (cursor != null);
    return listed;
  }

  /** The simulator's only slot is free again. */
  private void finish(KlingClient client, String externalId) throws Exception {
    lookUp(client, externalId);
  }

  private KlingClient client(Lookup lookup) {
    SimulatorConfig.Account account = SimulatorConfig.defaults().account();
    Credential credential =
        lookup == Lookup.TASKS
            ? new Credential.ApiKey(account.apiKey())
            : new Credential.KeyPair(account.accessKey(), account.secretKey());
    String address = "http://127.0.0.1:" + simulator.verticle().port();
    ProviderConfig config =
        KlingConfigs.config(
            address, credential, lookup, 4, Duration.ofSeconds(10), Duration.ofSeconds(10));
    return new KlingClient(kling.vertx, InstantSource.system(), config);
  }

  private SubmitOutcome create(KlingClient client, String externalId) throws Exception {
    String body =
        new JsonObject()
            .put("model_name", "kling-v2-6")
            .put("prompt", "a paper boat")
            .put("external_task_id", externalId)
            .encode();
    Create create =
        new Create(KlingConfigs.ACCOUNT, "legacy", PATH, externalId, body, false, "video");
    return KlingFixture.get(kling.onLoop(() -> client.create(create, () -> true, late -> {})));
  }

  private TaskLookup lookUp(KlingClient client, String externalId) throws Exception {
    ByExternalId attempt =
        new ByExternalId(
            KlingConfigs.ACCOUNT, "legacy", PATH, LookupBy.PATH, externalId, Instant.now());
    return KlingFixture.get(kling.onLoop(() -> client.lookUp(attempt)));
  }
}
