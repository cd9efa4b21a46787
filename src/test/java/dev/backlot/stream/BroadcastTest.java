package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import dev.backlot.port.EventLog.Event;
import dev.backlot.stream.LogTail.Batch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One event and very many who watch it. */
class BroadcastTest {
  private static final int SOCKETS = 1_000;

  private final FakeEventLog log = new FakeEventLog();

  @Test
  void all_sockets_of_a_tenant_get_every_event_and_none_costs_a_query() throws Exception {
    try (StreamServer server = new StreamServer(log, StreamServer.config())) {
      List<StreamClient> clients = follow(server);
      int queries = log.replays.get();

      log.append(TENANT, job(1), JobState.QUEUED);
      log.append(TENANT, job(1), JobState.SUBMITTING);

      for (StreamClient client : clients) {
        assertThat(client.next(2))
            .extracting(message -> message.getString("event"))
            .containsExactly("job.queued", "job.submitting");
      }
      assertThat(log.replays).as("queries for single sockets").hasValue(queries);
    }
  }

  /** Without the network between, where the very object that is sent can be seen. */
  @Test
  void an_event_is_encoded_once_and_everybody_is_given_the_same_text() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Subscriptions hub = new Subscriptions(100, Runnable::run);
      List<Kept> outboxes = new ArrayList<>();
      vertx.timer(1).compose(later -> subscribeAll(hub, outboxes)).await(20, TimeUnit.SECONDS);
      Event event = log.append(TENANT, job(1), JobState.QUEUED);

      hub.deliver(new Batch(List.of(new Frame(event)), event.position()));

      Set<String> different = Collections.newSetFromMap(new IdentityHashMap<>());
      outboxes.forEach(outbox -> different.add(outbox.last()));
      assertThat(outboxes).hasSize(SOCKETS);
      assertThat(different).hasSize(1);
      assertThat(new JsonObject(different.iterator().next()).getString("event"))
          .isEqualTo("job.queued");
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void who_gets_several_events_of_a_batch_gets_them_together() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Subscriptions hub = new Subscriptions(100, Runnable::run);
      List<Kept> outboxes = new ArrayList<>();
      vertx.timer(1).compose(later -> subscribeAll(hub, outboxes)).await(20, TimeUnit.SECONDS);
      outboxes.forEach(outbox -> outbox.calls.clear());
      Frame queued = new Frame(log.append(TENANT, job(1), JobState.QUEUED));
      Frame submitting = new Frame(log.append(TENANT, job(1), JobState.SUBMITTING));
      Frame running = new Frame(log.append(TENANT, job(1), JobState.RUNNING));

      hub.deliver(new Batch(List.of(queued, submitting), submitting.position()));
      hub.deliver(new Batch(List.of(running), running.position()));

      assertThat(outboxes.get(0).calls)
          .containsExactly("hold", "job.queued", "job.submitting", "release", "job.running");
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  private Future<?> subscribeAll(Subscriptions hub, List<Kept> outboxes) {
    List<Future<Void>> live = new ArrayList<>();
    for (int n = 0; n < SOCKETS; n++) {
      Kept outbox = new Kept();
      outboxes.add(outbox);
      Feed feed = new Feed(log, hub, TENANT, (watch, batch) -> true, outbox, 5);
      live.add(feed.subscribe(Watch.ofTenant("a", TENANT), 0L));
    }
    return Future.all(live);
  }

  private static List<StreamClient> follow(StreamServer server) throws Exception {
    List<StreamClient> clients = new ArrayList<>();
    for (int n = 0; n < SOCKETS; n++) {
      StreamClient client = server.authenticated();
      client.subscribe("a", null);
      clients.add(client);
    }
    for (StreamClient client : clients) {
      client.next("snapshot");
      client.next("live");
    }
    return clients;
  }

  /** A client without a network: has room for everything. */
  private static final class Kept implements Outbox {
    private final List<Frame> events = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();

    String last() {
      return events.get(events.size() - 1).text();
    }

    @Override
    public void send(Message message) {}

    @Override
    public void hold() {
      calls.add("hold");
    }

    @Override
    public void release() {
      calls.add("release");
    }

    @Override
    public void send(Frame event) {
      events.add(event);
      calls.add(event.type());
    }

    @Override
    public boolean isFull() {
      return false;
    }

    @Override
    public boolean isClosed() {
      return false;
    }

    @Override
    public void whenDrained(Runnable ready) {
      ready.run();
    }

    @Override
    public void resync(CloseCode code, String reason) {
      throw new AssertionError(reason);
    }
  }
}
