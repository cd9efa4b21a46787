package dev.backlot.stream.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.alert.AlertState;
import dev.backlot.stream.CloseCode;
import dev.backlot.stream.FakeIncidents;
import dev.backlot.stream.Frame;
import dev.backlot.stream.Message;
import dev.backlot.stream.Outbox;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operators who listen, of whom one takes nothing for a while. */
class AlertNewsTest {
  private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");

  private final FakeIncidents incidents = new FakeIncidents();
  private final AlertNews news = new AlertNews(incidents);
  private final Listener slow = new Listener();
  private final Listener quick = new Listener();

  @BeforeEach
  void bothListen() {
    news.add(slow);
    news.add(quick);
    news.runOnce(NOW);
    slow.full = true;
  }

  @Test
  void nothing_is_queued_for_who_has_no_room() {
    fire(1);

    assertThat(slow.states).isEmpty();
    assertThat(quick.states).containsExactly("firing");
  }

  @Test
  void once_it_has_room_it_is_told_the_latest_of_each() {
    fire(1);
    fire(2);
    incidents.put(1, AlertState.RESOLVED, NOW);
    news.runOnce(NOW);

    slow.full = false;
    news.runOnce(NOW);

    assertThat(slow.states).containsExactly("firing", "resolved");
    assertThat(quick.states).containsExactly("firing", "firing", "resolved");
  }

  @Test
  void who_falls_far_behind_has_to_come_back() {
    for (int n = 0; n < 3 * AlertNews.MOST && slow.reason == null; n++) {
      incidents.put(n, AlertState.FIRING, NOW);
      news.runOnce(NOW);
      incidents.put(n, AlertState.RESOLVED, NOW.minus(AlertNews.BACK));
    }

    assertThat(slow.reason).isEqualTo("slow-reader");
    assertThat(quick.reason).isNull();
  }

  private void fire(int incident) {
    incidents.put(incident, AlertState.FIRING, NOW);
    news.runOnce(NOW);
  }

  private static final class Listener implements Outbox {
    final List<String> states = new ArrayList<>();
    boolean full;
    @Nullable String reason;

    @Override
    public void send(Message message) {
      states.add(new JsonObject(message.text()).getString("state"));
    }

    @Override
    public void send(Frame event) {}

    @Override
    public boolean isFull() {
      return full;
    }

    @Override
    public boolean isClosed() {
      return reason != null;
    }

    @Override
    public void whenDrained(Runnable ready) {}

    @Override
    public void resync(CloseCode code, String why) {
      reason = why;
    }
  }
}
