package dev.backlot.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.bus.Addresses.AccountParked;
import dev.backlot.bus.Addresses.AccountUnparked;
import dev.backlot.bus.Addresses.AttemptsRunning;
import dev.backlot.bus.Addresses.BillsAsked;
import dev.backlot.bus.Addresses.BreakerChanged;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.JobsTakenOver;
import dev.backlot.bus.Addresses.LeaseLost;
import dev.backlot.bus.Addresses.LedgerAudited;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Addresses.LogHead;
import dev.backlot.bus.Addresses.SlotsFreed;
import dev.backlot.bus.Addresses.SubscriptionEnded;
import dev.backlot.bus.Addresses.TasksHinted;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BusTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");

  static Stream<Record> messages() {
    return Stream.of(
        new JobsQueued(3),
        new SlotsFreed(1),
        new AttemptsRunning(List.of(new UUID(1, 2))),
        new TasksHinted(List.of(new UUID(3, 4))),
        new LogAdvanced(4711),
        new LogHead(4712),
        new JobsTakenOver(2),
        new LeaseLost(7),
        new BreakerChanged("main", "create", "open", AT),
        new AccountParked("main", 1102, AT),
        new AccountUnparked("main"),
        new BillsAsked("main"),
        new LedgerAudited(0),
        new SubscriptionEnded("s", new UUID(5, 6)));
  }

  @Test
  void every_address_has_a_message_in_this_test() {
    assertThat(messages().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(
            Addresses.ALL.stream().<Class<?>>map(Address::type).toList());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void a_message_survives_its_codec(Record message) {
    assertThat(throughTheWire(message)).isEqualTo(message);
  }

  @Test
  void a_member_that_a_newer_version_added_is_ignored() {
    byte[] json =
        "{\"position\":5,\"added\":true}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Buffer wire = Buffer.buffer().appendInt(json.length).appendBytes(json);
    assertThat(new RecordCodec<>(LogAdvanced.class).decodeFromWire(0, wire))
        .isEqualTo(new LogAdvanced(5));
  }

  @Test
  void a_member_that_an_older_version_did_not_send_is_zero_or_nothing() {
    byte[] json = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Buffer wire = Buffer.buffer().appendInt(json.length).appendBytes(json);
    assertThat(new RecordCodec<>(LogHead.class).decodeFromWire(0, wire)).isEqualTo(new LogHead(0));
  }

  /** A node of another version knows these names. Another meaning is another address. */
  @Test
  void what_nodes_of_other_versions_know_is_never_renamed() {
    assertThat(
            Addresses.ALL.stream()
                .filter(address -> address.reach() == Address.Reach.CLUSTER)
                .map(address -> address.name() + " " + new RecordCodec<>(address.type()).name()))
        .containsExactly(
            "backlot.jobs.queued.v1 record:JobsQueued",
            "backlot.tasks.hinted.v1 record:TasksHinted",
            "backlot.log.head.v1 record:LogHead",
            "backlot.account.parked.v1 record:AccountParked",
            "backlot.account.unparked.v1 record:AccountUnparked",
            "backlot.ledger.audited.v1 record:LedgerAudited",
            "backlot.bills.asked.v1 record:BillsAsked",
            "backlot.stream.ended.v1 record:SubscriptionEnded");
  }

  @Test
  void what_cannot_be_decoded_is_an_error_and_not_a_null() {
    Buffer wire = Buffer.buffer().appendInt(3).appendString("not");
    assertThatThrownBy(() -> new RecordCodec<>(LogAdvanced.class).decodeFromWire(0, wire))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_handler_that_throws_does_not_end_its_subscription() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Bus bus = Bus.install(vertx);
      CompletableFuture<Long> second = new CompletableFuture<>();
      bus.subscribe(
              Addresses.LOG_ADVANCED,
              advanced -> {
                if (advanced.position() == 1) {
                  throw new IllegalStateException("first");
                }
                second.complete(advanced.position());
              })
          .await(5, TimeUnit.SECONDS);
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(1));
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(2));
      assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo(2);
    } finally {
      vertx.close().await(5, TimeUnit.SECONDS);
    }
  }

  @SuppressWarnings("unchecked") // the codec is made for the message's own class
  private static <T extends Record> T throughTheWire(T message) {
    RecordCodec<T> codec = new RecordCodec<>((Class<T>) message.getClass());
    Buffer wire = Buffer.buffer("before");
    int position = wire.length();
    codec.encodeToWire(wire, message);
    return codec.decodeFromWire(position, wire);
  }
}
