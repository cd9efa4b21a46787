package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallState;
import dev.backlot.domain.call.ReconcileMark;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Retention.Kind;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgRetentionTest {
  private static final Instant LATER = NOW.plus(Duration.ofDays(2));
  private static final int MANY = 100;

  private final StoreFixture fixture = new StoreFixture();
  private final PgRetention retention =
      new PgRetention(fixture.vertx, fixture.database.pool(), new Random(1));
  private final PgCalls calls = new PgCalls(fixture.vertx, fixture.database.pool(), new Random(2));

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void an_idempotency_key_goes_when_it_has_expired() throws Exception {
    admitKeyed("a", "b", "c");
    fixture.database.execute(
        "UPDATE idempotency_key SET expires_at = expires_at + interval '7 days' WHERE key = 'b'");

    assertThat(remove(Kind.IDEMPOTENCY_KEYS, LATER, MANY)).isEqualTo(2);

    assertThat(fixture.database.text("SELECT string_agg(key, ' ') FROM idempotency_key"))
        .isEqualTo("b");
  }

  @Test
  void a_batch_is_bounded_and_takes_the_oldest_first() throws Exception {
    admitKeyed("a", "b", "c");
    fixture.database.execute(
        "UPDATE idempotency_key SET expires_at = expires_at - interval '1 hour' WHERE key <> 'b'");

    assertThat(remove(Kind.IDEMPOTENCY_KEYS, LATER, 2)).isEqualTo(2);

    assertThat(fixture.database.text("SELECT string_agg(key, ' ') FROM idempotency_key"))
        .isEqualTo("b");
  }

  @Test
  void a_key_that_somebody_works_with_is_passed_over() throws Exception {
    admitKeyed("a", "b");
    try (Connection other = fixture.database.owner();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM idempotency_key WHERE key = 'a' FOR UPDATE");

      assertThat(remove(Kind.IDEMPOTENCY_KEYS, LATER, MANY)).isOne();
    }
  }

  @Test
  void a_stream_token_goes_when_it_has_expired() throws Exception {
    mint(NOW.plusSeconds(60));
    mint(LATER.plusSeconds(60));

    assertThat(remove(Kind.STREAM_TOKENS, LATER, MANY)).isOne();

    assertThat(count("stream_token")).isOne();
  }

  @Test
  void old_events_go_and_the_oldest_position_follows() throws Exception {
    events(4);

    assertThat(remove(Kind.EVENTS, at(3), MANY)).isEqualTo(2);

    assertThat(await(fixture.log.oldest())).isEqualTo(3);
    assertThat(count("event")).isEqualTo(2);
  }

  @Test
  void the_last_event_stays_so_that_the_head_does() throws Exception {
    events(3);
    long head = await(fixture.log.head());

    assertThat(remove(Kind.EVENTS, LATER.plusSeconds(60), MANY)).isEqualTo(2);

    assertThat(await(fixture.log.head())).isEqualTo(head);
    assertThat(await(fixture.log.oldest())).isEqualTo(head);
  }

  @Test
  void an_old_event_behind_a_young_one_stays_so_that_there_is_no_gap() throws Exception {
    events(4);
    fixture.database.execute("UPDATE event SET at = '" + LATER + "' WHERE position = 2");

    assertThat(remove(Kind.EVENTS, at(4), MANY)).isOne();

    assertThat(await(fixture.log.oldest())).isEqualTo(2);
    assertThat(count("event")).isEqualTo(3);
  }

  @Test
  void a_batch_of_events_is_bounded() throws Exception {
    events(4);

    assertThat(remove(Kind.EVENTS, LATER, 2)).isEqualTo(2);

    assertThat(await(fixture.log.oldest())).isEqualTo(3);
  }

  @Test
  void an_empty_log_is_left_alone() throws Exception {
    assertThat(remove(Kind.EVENTS, LATER, MANY)).isZero();
  }

  @Test
  void only_old_resolved_alerts_go() throws Exception {
    alert("firing", "now() - interval '9 days'", "NULL");
    alert("resolved", "now() - interval '9 days'", "now()");
    alert("resolved", "now() - interval '9 days'", "now() - interval '8 days'");

    assertThat(remove(Kind.ALERTS, Instant.now().minus(Duration.ofDays(1)), MANY)).isOne();

    assertThat(count("alert WHERE resolved_at < now() - interval '1 day'")).isZero();
    assertThat(count("alert")).isEqualTo(2);
  }

  @Test
  void a_node_goes_when_it_has_ended_and_owns_nothing() throws Exception {
    fixture.slots(1);
    fixture.job();
    NodeLease alive = fixture.node("alive");
    NodeLease owner = fixture.node("owner");
    fixture.claimOne(owner);
    NodeLease gone = fixture.node("gone");
    await(fixture.membership.leave(owner));
    await(fixture.membership.leave(gone));

    assertThat(remove(Kind.NODES, Instant.now().plusSeconds(60), MANY)).isOne();

    assertThat(count("node WHERE id IN ('" + alive.node() + "', '" + owner.node() + "')"))
        .isEqualTo(2);
  }

  @Test
  void a_node_that_has_ended_lately_stays() throws Exception {
    await(fixture.membership.leave(fixture.node("gone")));

    assertThat(remove(Kind.NODES, Instant.now().minus(Duration.ofDays(1)), MANY)).isZero();
  }

  @Test
  void the_answer_of_a_call_goes_and_the_call_and_the_books_stay() throws Exception {
    CallId old = spoken(NOW);
    CallId young = spoken(LATER.plusSeconds(60));

    assertThat(remove(Kind.CALL_ANSWERS, LATER, MANY)).isOne();

    assertThat(await(calls.answer(fixture.tenant, old))).isEmpty();
    assertThat(await(calls.answer(fixture.tenant, young))).contains("{\"audio\":\"...\"}");
    assertThat(await(calls.find(fixture.tenant, old)).orElseThrow().settled())
        .isEqualTo(Credits.of("4"));
    assertThat(fixture.store.violations()).isEmpty();
  }

  @Test
  void a_call_that_waits_for_its_outcome_or_its_bill_is_left_alone() throws Exception {
    CallId open = opened(NOW);
    CallId unknown = opened(NOW);
    await(calls.close(unknown, new CallEnd.Unknown(NOW, 0), NOW));

    assertThat(remove(Kind.CALL_ANSWERS, LATER, MANY)).isZero();

    assertThat(await(calls.find(fixture.tenant, open)).orElseThrow().state())
        .isEqualTo(CallState.OPEN);
    assertThat(await(calls.find(fixture.tenant, unknown)).orElseThrow().mark())
        .isEqualTo(ReconcileMark.OPEN);
  }

  @Test
  void a_batch_of_answers_is_bounded_and_the_oldest_go_first() throws Exception {
    CallId second = spoken(NOW.plusSeconds(1));
    CallId first = spoken(NOW);

    assertThat(remove(Kind.CALL_ANSWERS, LATER, 1)).isOne();

    assertThat(await(calls.answer(fixture.tenant, first))).isEmpty();
    assertThat(await(calls.answer(fixture.tenant, second))).isPresent();
  }

  /** Done and answered at that time. */
  private CallId spoken(Instant at) throws Exception {
    CallId call = opened(at);
    CallEnd end = new CallEnd.Succeeded(at, null, null, List.of(), "{\"audio\":\"...\"}");
    await(calls.close(call, end, at));
    return call;
  }

  private CallId opened(Instant at) throws Exception {
    CallId id = new CallId(fixture.ids.next());
    Price four = new Price(Asset.VIDEO_UNIT, Credits.of("4"));
    await(
        calls.open(
            SampleCall.of(
                id, fixture.tenant, StoreFixture.ACCOUNT, fixture.node("caller"), four, null),
            at));
    return id;
  }

  private int remove(Kind kind, Instant before, int limit) throws Exception {
    return await(retention.remove(kind, before, limit));
  }

  private long count(String from) {
    return fixture.database.number("SELECT count(*) FROM " + from);
  }

  private void admitKeyed(String... keys) throws Exception {
    for (String key : keys) {
      await(
          fixture.store.admissions.admit(
              List.of(Submissions.keyed(fixture.tenant, "1", key, key)), NOW));
    }
  }

  private void mint(Instant expiry) throws Exception {
    await(
        fixture.store.tokens.mint(
            fixture.tenant,
            fixture.database.text("SELECT id FROM api_key"),
            new StreamScope.WholeTenant(),
            NOW,
            expiry,
            MANY));
  }

  /** Positions from 1, each one at {@link #at}. */
  private void events(int count) throws Exception {
    fixture.jobs(fixture.tenant, count);
    fixture.database.execute(
        "UPDATE event SET at = timestamptz '" + NOW + "' + position * interval '1 minute'");
  }

  private static Instant at(int position) {
    return NOW.plus(Duration.ofMinutes(position));
  }

  private void alert(String state, String since, String resolvedAt) {
    fixture.database.execute(
        "INSERT INTO alert (id, rule, subject, state, summary, since, resolved_at)"
            + " VALUES (gen_random_uuid(), 'rule', gen_random_uuid()::text, '"
            + state
            + "', '', "
            + since
            + ", "
            + resolvedAt
            + ")");
  }
}
