package dev.backlot.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.BillsAsked;
import dev.backlot.bus.Bus;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.bill.Finding;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import dev.backlot.port.BillDays;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReconciliationRoutesTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final String TENANTS = "blk_tenanttenant_key";
  private static final String PATH = "/api/v1/ops/reconciliation";

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);
  private final BlockingQueue<BillsAsked> asked = new LinkedBlockingQueue<>();
  private final OneDay days = new OneDay();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    bus.subscribe(Addresses.BILLS_ASKED, asked::add).await(20, TimeUnit.SECONDS);
    FakeKeys keys = new FakeKeys().add(TENANTS, FakeKeys.TENANT, Scope.ofTenants());
    server =
        TestServer.start(
            vertx,
            checks ->
                List.of(
                    new ReconciliationRoutes(
                        new Authentication(keys, () -> Instant.EPOCH),
                        checks,
                        days,
                        List.of("main"),
                        Duration.ofDays(90),
                        bus,
                        () -> NOW)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void days_show_what_was_billed_beside_what_was_booked() {
    JsonObject day = only(server.get(PATH + "/days?account=main&from=2026-11-01&to=2026-11-19"));

    assertThat(day.getString("day")).isEqualTo("2026-11-18");
    assertThat(day.getJsonArray("assets").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("asset", "video_unit")
                .put("billed", "12")
                .put("booked", "9.5")
                .put("drift", "0.5")
                .put("loss", "2")
                .put("missing", "0")
                .put("rows", 3)
                .put("foreign_rows", 1));
    assertThat(days.seen).isEqualTo("main 2026-11-01 2026-11-19 null 50");
  }

  @Test
  void items_name_task_and_job_and_what_was_booked_where() {
    JsonObject item = only(server.get(PATH + "/items?day=2026-11-18&kind=foreign"));

    assertThat(item.getString("task_id")).isEqualTo("task-1");
    assertThat(item.getString("correction")).isEqualTo("2");
    assertThat(item.getString("booked_to")).isEqualTo("provider_loss");
    assertThat(days.seen).isEqualTo("null 2026-11-18 FOREIGN " + Long.MAX_VALUE + " 50");
  }

  @Test
  void a_full_page_tells_where_the_next_one_begins() {
    HttpResponse<Buffer> first = server.get(PATH + "/items?limit=1");
    server.get(PATH + "/items?limit=1&cursor=" + first.bodyAsJsonObject().getString("next_cursor"));
    assertThat(days.seen).isEqualTo("null null null 7 1");

    HttpResponse<Buffer> page = server.get(PATH + "/days?limit=1");
    server.get(PATH + "/days?limit=1&cursor=" + page.bodyAsJsonObject().getString("next_cursor"));
    assertThat(days.seen)
        .isEqualTo("null 2000-01-01 2026-11-20 Place[day=2026-11-18, account=main] 1");
  }

  @Test
  void a_day_is_looked_at_again_on_whichever_node_has_the_duty() throws Exception {
    HttpResponse<Buffer> answer = look("main", "2026-11-18");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.bodyAsJsonObject().getBoolean("looking")).isTrue();
    assertThat(asked.poll(20, TimeUnit.SECONDS)).isEqualTo(new BillsAsked("main"));
  }

  @Test
  void an_account_that_is_not_there_is_not_found() {
    assertThat(look("other", "2026-11-18").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-21", "2026-08-22", "yesterday"})
  void a_day_that_is_to_come_or_long_gone_or_none_is_refused(String day) {
    assertThat(look("main", day).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/days?from=x",
        "/days?cursor=x",
        "/items?cursor=x",
        "/items?kind=x",
        "/items?day=2026-02-31",
        "/items?limit=0",
      })
  void a_wrong_parameter_is_refused(String query) {
    assertThat(server.get(PATH + query).statusCode()).isEqualTo(400);
  }

  @Test
  void it_is_for_operators_only() {
    for (String path : List.of("/days", "/items")) {
      assertThat(
              TestServer.await(
                      server
                          .client()
                          .request(HttpMethod.GET, PATH + path)
                          .bearerTokenAuthentication(TENANTS))
                  .statusCode())
          .isEqualTo(403);
    }
  }

  private HttpResponse<Buffer> look(String account, String day) {
    return server.post(PATH + "/looks", new JsonObject().put("account", account).put("day", day));
  }

  private static JsonObject only(HttpResponse<Buffer> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.bodyAsJsonObject().getJsonArray("items")).hasSize(1);
    return answer.bodyAsJsonObject().getJsonArray("items").getJsonObject(0);
  }

  /** Answers every question with one day or item, and remembers it. */
  private static final class OneDay implements BillDays {
    private static final LocalDate DAY = LocalDate.parse("2026-11-18");
    private volatile String seen = "";

    @Override
    public Future<List<Day>> days(
        @Nullable String account, LocalDate from, LocalDate to, @Nullable Place after, int limit) {
      seen = account + " " + from + " " + to + " " + after + " " + limit;
      return Future.succeededFuture(List.of(day(false)));
    }

    private static Day day(boolean looking) {
      Sum sum =
          new Sum(
              Asset.VIDEO_UNIT,
              Credits.of("12"),
              3,
              1,
              Credits.of("0.5"),
              Credits.of("2"),
              Credits.ZERO);
      return new Day("main", DAY, "closed", looking, NOW, NOW, 0, 0, 0, List.of(sum));
    }

    @Override
    public Future<List<Item>> items(Wanted wanted, long before, int limit) {
      seen =
          wanted.account() + " " + wanted.day() + " " + wanted.kind() + " " + before + " " + limit;
      return Future.succeededFuture(
          List.of(
              new Item(
                  7,
                  "main",
                  DAY,
                  Finding.FOREIGN,
                  "task-1",
                  Asset.VIDEO_UNIT,
                  Credits.of("2"),
                  Credits.ZERO,
                  Credits.of("2"),
                  "loss",
                  null,
                  null,
                  NOW)));
    }

    @Override
    public Future<Day> ask(Place day, Instant now) {
      return Future.succeededFuture(day(true));
    }

    @Override
    public Future<List<Drift>> drift(Instant lookedAfter) {
      return Future.failedFuture("not asked");
    }

    @Override
    public Future<List<Undecided>> undecided(Instant sentBefore) {
      return Future.failedFuture("not asked");
    }

    @Override
    public Future<List<LastLook>> lastLooks() {
      return Future.failedFuture("not asked");
    }
  }
}
