package dev.backlot.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.catalog.Pictures;
import dev.backlot.system.RawExchange.Answer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Throws at every path of Kling's API what no sound client sends: each answer is an envelope, never
 * a 5xx, and never late. Other bodies: {@code -Dbacklot.fuzz.seed=...}.
 */
class FacadeFuzzTest {
  private static final long SEED = Long.getLong("backlot.fuzz.seed", 20_260_923);
  private static final int BODIES = 6;
  private static final long MOST_MILLIS = 2_000;
  private static final String JSON = "Content-Type: application/json";
  private static final String PICTURE = Pictures.png(320, 320);

  /** Of creates that are taken as they are, by the start of their path. */
  private static final List<String> BODIES_OF_CREATES =
      List.of(
          "{'model_name':'kling-v2-6','prompt':'p','external_task_id':'e-1','callback_url':''}",
          "{'prompt':'p','n':2,'aspect_ratio':'1:1','watermark_info':{'enabled':true}}",
          "{'image':'PNG','prompt':'p','cfg_scale':0.5,'mode':'std','duration':'5'}",
          "{'contents':[{'type':'prompt','text':'p'},{'type':'first_frame','url':'PNG'}],'settings':{'duration':5},'options':{'external_task_id':'e-2','callback_url':'https://a.example.com/c'}}",
          "{'input':{'video_id':'867283741759111202','mode':'text2video','text':'t','voice_id':'v'}}",
          "{'session_id':'s','face_choose':[{'face_id':'0','audio_id':'1','sound_start_time':0,'sound_end_time':2000,'sound_insert_time':0}]}",
          "{'start_time':0,'end_time':1790000000000,'limit':10,'cursor':'','filters':[{'key':'status','values':['failed']}]}");

  private static final List<String> QUERIES =
      List.of(
          "pageNum=0",
          "pageNum=1001&pageSize=500",
          "pageNum=1000&pageSize=500",
          "pageNum=1e3",
          "pageNum=-1&pageSize=-1",
          "pageNum=1&pageNum=2",
          "pageSize=99999999999999999999",
          "pageNum=%00",
          "pageNum=%zz",
          "%zz=%",
          "task_ids=",
          "task_ids=,,,",
          "task_ids=%00",
          "task_ids=999999999999999999,100000000000000000",
          "task_ids=1&external_task_ids=2",
          "external_task_ids=%00,a",
          "external_task_ids=%ff%fe",
          "external_task_ids=%ed%a0%80",
          "external_task_ids=" + "a,".repeat(21),
          "external_task_ids=" + "x".repeat(3_000),
          "task_ids=" + "9".repeat(3_000),
          "start_time=0&end_time=999999999999999",
          "start_time=999999999999999&end_time=0",
          "start_time=1e3&end_time=%00",
          "start_time=-1&end_time=x",
          "start_time=0&end_time=1&resource_pack_name=%00",
          "a=b".repeat(1_000));

  private static final List<String> IDS =
      List.of(
          "867283741759111202",
          "999999999999999999",
          "000000000000000000",
          "%00",
          "%zz",
          "%",
          "..",
          "..%2f..%2f",
          "a%20b",
          "%ff",
          "%ed%a0%80",
          "'%3b--",
          "x".repeat(3_000));

  /** Searches and bills with something wrong in one place. */
  private static final List<String> SEARCHES =
      List.of(
          "{'start_time':'\\u0000','end_time':1}",
          "{'start_time':999999999999999,'end_time':999999999999999}",
          "{'start_time':0,'end_time':999999999999999}",
          "{'start_time':1e400,'end_time':1}",
          "{'start_time':-1,'end_time':1}",
          "{'start_time':5,'end_time':1}",
          "{'start_time':0,'end_time':1790000000000,'limit':0}",
          "{'start_time':0,'end_time':1790000000000,'limit':1e2}",
          "{'start_time':0,'end_time':1790000000000,'limit':'10'}",
          "{'start_time':0,'end_time':1790000000000,'filters':{}}",
          "{'start_time':0,'end_time':1790000000000,'filters':[null]}",
          "{'start_time':0,'end_time':1790000000000,'filters':[{'key':'status','values':['\\u0000']}]}",
          "{'start_time':0,'end_time':1790000000000,'filters':[{'key':'product_type','values':['\\u0000']}]}",
          "{'start_time':0,'end_time':1790000000000,'filters':[{'key':'api_key_name','values':['\\u0000']}]}",
          "{'start_time':0,'end_time':1790000000000,'filters':[{'key':'api_key_name','values':['\\ud800']}]}",
          "{'start_time':0,'end_time':1790000000000,'filters':[{'key':'package_name','values':['\\u0000']}]}",
          "{'cursor':'0-0-0-00000000-0000-0000-0000-000000000000'}",
          "{'cursor':'999999999999999-999999999999999-999999999999999999-ffffffff-ffff-ffff-ffff-ffffffffffff'}",
          "{'cursor':'0-999999999999999-0-ffffffff-ffff-ffff-ffff-ffffffffffff'}",
          "{'cursor':'1-2-3-------------------------------------'}",
          "{'cursor':'\\u0000'}",
          "{'cursor':7}",
          "{'cursor':['a']}");

  private static final List<String> AUTHORIZATIONS =
      List.of(
          "",
          "Authorization:",
          "Authorization: Bearer",
          "Authorization: Bearer ",
          "Authorization: Basic eDp5",
          "Authorization: Bearer \u00ff",
          "Authorization: Bearer blk_a_b",
          "Authorization: Bearer " + "x".repeat(5_000),
          "Authorization: Bearer ..",
          "Authorization: Bearer a.b.c",
          "Authorization: Bearer a.b",
          "Authorization: Bearer " + jwt("null", "null"),
          "Authorization: Bearer " + jwt("[]", "{}"),
          "Authorization: Bearer " + jwt("{}", "7"),
          "Authorization: Bearer " + jwt("{\"alg\":\"none\"}", "{\"iss\":\"a\"}"),
          "Authorization: Bearer " + jwt("{\"alg\":\"HS256\"}", "null"),
          "Authorization: Bearer " + jwt("{\"alg\":\"HS256\"}", "{\"iss\":null}"),
          "Authorization: Bearer " + jwt("{\"alg\":\"HS256\"}", "{\"iss\":{\"a\":1}}"),
          "Authorization: Bearer " + jwt("{\"alg\":\"HS256\"}", "{\"iss\":\"\\u0000\"}"),
          "Authorization: Bearer " + jwt("{\"alg\":\"HS256\"}", "{\"iss\":\"a\",\"exp\":1e999}"),
          "Authorization: Bearer " + jwt("{\"alg\":\"HS256\"}", "[".repeat(2_000)),
          "Authorization: Bearer " + jwt("{\"alg\":\"HS256\",\"alg\":\"x\"}", "{\"iss\":\"a\"}"));

  /** What HTTP itself has rules for. */
  private static final List<String> HEADS =
      List.of(
          "Content-Type: text/plain",
          "Content-Type:",
          "Content-Type: application/json; charset=utf-16",
          JSON + "\r\nContent-Type: text/plain",
          JSON + "\r\nExpect: 200-ok",
          JSON + "\r\nX-Junk: " + "y".repeat(20_000),
          JSON + "\r\n" + "X-A: b\r\n".repeat(2_000) + "X-B: c",
          JSON + "\r\nTransfer-Encoding: gzip",
          JSON + "\r\n: nameless",
          JSON + "\r\nno colon at all",
          JSON + "\r\nHost: b",
          JSON + "\r\nAccept-Encoding: \u0001",
          JSON + "\r\nIdempotency-Key: " + "k".repeat(3_000));

  @TempDir static Path directory;
  private static BacklotProcess backlot;
  private final Random random = new Random(SEED);
  private final FuzzedBodies bodies = new FuzzedBodies(random);

  @BeforeAll
  static void start() {
    backlot =
        BacklotProcess.start(
            directory, Map.of("development.credits", "1000000", "facade.answer-within", "20s"));
  }

  @AfterEach
  void noDefectIsLogged() {
    assertThat(backlot.log().lines().filter(line -> line.contains(" ERROR "))).isEmpty();
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  @Test
  void whatever_is_in_the_body_of_a_create_the_answer_is_an_envelope() {
    for (String path : creates()) {
      for (int i = 0; i < BODIES; i++) {
        String valid = createBody(i);
        post(path, bodies.anyJson());
        post(path, bodies.mutatedOf(valid));
        post(path, bodies.damagedOf(valid));
      }
      post(path, bodies.deep());
      post(path, new byte[0]);
    }
    for (byte[] body : FuzzedBodies.misplaced()) {
      post("/v1/videos/text2video", body);
    }
  }

  @Test
  void whatever_is_searched_for_the_answer_is_an_envelope() {
    for (String path : List.of("/tasks", "/account/billing/package", "/account/billing/balance")) {
      for (String search : SEARCHES) {
        post(path, search.replace('\'', '"').getBytes(UTF_8));
      }
      for (int i = 0; i < BODIES; i++) {
        post(path, bodies.anyJson());
        post(path, bodies.mutatedOf(createBody(BODIES_OF_CREATES.size() - 1)));
        post(path, bodies.damagedOf(createBody(BODIES_OF_CREATES.size() - 1)));
      }
    }
  }

  @Test
  void whatever_is_asked_for_the_answer_is_an_envelope() {
    for (String path : reads()) {
      for (String query : QUERIES) {
        judge(send(List.of("GET " + path + "?" + query + " HTTP/1.1", auth()), new byte[0]));
      }
    }
    for (String path : lists()) {
      for (String id : IDS) {
        judge(send(List.of("GET " + path + "/" + id + " HTTP/1.1", auth()), new byte[0]));
      }
    }
  }

  @Test
  void whoever_asks_the_answer_is_an_envelope() {
    byte[] body = createBody(0).getBytes(UTF_8);
    for (String authorization : AUTHORIZATIONS) {
      for (String path : List.of("/v1/videos/text2video", "/text-to-video/kling-3.0")) {
        Timed timed =
            send(List.of("POST " + path + " HTTP/1.1", authorization, JSON, length(body)), body);
        judge(timed);
        assertThat(timed.answer().status()).as(authorization).isEqualTo(401);
      }
    }
  }

  @Test
  void whatever_is_in_the_head_the_answer_is_an_envelope() {
    byte[] body = createBody(0).getBytes(UTF_8);
    for (String head : HEADS) {
      for (String path : List.of("/v1/videos/text2video", "/kling/tasks", "/kling/v1/nothing")) {
        judge(send(List.of("POST " + path + " HTTP/1.1", auth(), head, length(body)), body));
      }
    }
    for (String lie : List.of("-1", "1e3", "99999999999999999999", "5, 6", "72000000000")) {
      List<String> head =
          List.of("POST /v1/videos/text2video HTTP/1.1", auth(), JSON, "Content-Length: " + lie);
      // Such a connection stays open for a while behind its answer, which ends the exchange here.
      judge(send(head, body).answered());
    }
  }

  @Test
  void whatever_is_wanted_of_a_path_the_answer_is_an_envelope() {
    for (String method : List.of("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get")) {
      for (String path : List.of("/v1/videos/text2video", "/tasks", "/kling", "/kling/", "/v1")) {
        judge(send(List.of(method + " " + path + " HTTP/1.1", auth(), length(0)), new byte[0]));
      }
    }
    for (int i = 0; i < 200; i++) {
      String noise = noise(1 + random.nextInt(60));
      judge(send(List.of("GET /kling/" + noise + " HTTP/1.1", auth()), new byte[0]));
    }
  }

  /** What a request line may hold: one with other bytes is nobody's, as nobody can read it. */
  private String noise(int length) {
    return random
        .ints(length, '!', '~' + 1)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private void post(String path, byte[] body) {
    String prefix = random.nextBoolean() ? "/kling" : "";
    judge(send(List.of("POST " + prefix + path + " HTTP/1.1", auth(), JSON, length(body)), body));
  }

  private static String createBody(int index) {
    return BODIES_OF_CREATES
        .get(index % BODIES_OF_CREATES.size())
        .replace('\'', '"')
        .replace("PNG", PICTURE);
  }

  private static List<String> creates() {
    List<String> paths = new ArrayList<>();
    for (Kind kind : CatalogFiles.load().all()) {
      for (String model : kind.models().keySet()) {
        boolean legacy = kind.own().dialect() == Dialect.LEGACY;
        paths.add(legacy ? kind.own().path() : kind.own().pathFor(model));
      }
    }
    return paths.stream().distinct().toList();
  }

  private static List<String> lists() {
    return creates().stream().filter(path -> path.startsWith("/v1/")).toList();
  }

  private static List<String> reads() {
    return Stream.concat(
            Stream.of("/tasks", "/account/costs", "/kling/tasks"), lists().stream().limit(4))
        .toList();
  }

  private static String jwt(String header, String claims) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString(header.getBytes(UTF_8))
        + "."
        + base64.encodeToString(claims.getBytes(UTF_8))
        + ".c2ln";
  }

  private static String auth() {
    return "Authorization: Bearer " + backlot.demoKey();
  }

  private static String length(byte[] body) {
    return length(body.length);
  }

  private static String length(int bytes) {
    return "Content-Length: " + bytes;
  }

  /**
   * @param millis until the connection was closed
   */
  private record Timed(String request, Answer answer, long millis) {
    Timed answered() {
      return new Timed(request, answer, 0);
    }
  }

  private static Timed send(List<String> head, byte[] body) {
    List<String> whole = new ArrayList<>(head);
    whole.removeIf(String::isEmpty);
    whole.add(1, "Host: localhost");
    whole.add(2, "Connection: close");
    long start = System.nanoTime();
    Answer answer = RawExchange.send(backlot.ports().http(), whole, body, false);
    return new Timed(head.get(0), answer, (System.nanoTime() - start) / 1_000_000);
  }

  private static void judge(Timed timed) {
    Answer answer = timed.answer();
    String said = shortened(timed.request()) + ": " + answer.status() + " " + answer.body();
    assertThat(answer.status()).as(said).isBetween(200, 499);
    assertThat(answer.header("Content-Type")).as(said).contains("application/json");
    JsonObject envelope = answer.json();
    assertThat(envelope.getValue("code")).as(said).isInstanceOf(Integer.class);
    assertThat(envelope.getInteger("code") == 0).as(said).isEqualTo(answer.status() == 200);
    assertThat(envelope.getString("message")).as(said).isNotBlank();
    assertThat(envelope.getString("request_id")).as(said).isNotBlank();
    assertThat(timed.millis()).as(said).isLessThan(MOST_MILLIS);
  }

  private static String shortened(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "..." : text;
  }
}
