package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.drill.Clients.Kind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientsTest {
  private final Troubles killed = new Troubles(1);
  private final Troubles stopping = new Troubles(1);
  private ScriptedNode node;

  @BeforeEach
  void start() throws Exception {
    node = new ScriptedNode();
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @Test
  void a_connection_that_breaks_without_a_kill_is_a_surprise() {
    node.breaksOff();
    Clients clients = clients(node.address());

    assertThat(send(clients)).isEqualTo(Kind.LOST);
    assertThat(clients.surprises()).hasSize(1);
    assertThat(clients.brokenOff()).isZero();
  }

  @Test
  void one_that_breaks_at_a_killed_node_is_counted() {
    node.breaksOff();
    Clients clients = clients(node.address());
    killed.begin(0);

    assertThat(send(clients)).isEqualTo(Kind.LOST);
    assertThat(clients.surprises()).isEmpty();
    assertThat(clients.brokenOff()).isEqualTo(1);
  }

  @Test
  void what_a_node_that_was_told_to_stop_does_not_take_is_counted() {
    node.breaksOff();
    Clients clients = clients(node.address());
    stopping.begin(0);

    assertThat(send(clients)).isEqualTo(Kind.LOST);
    assertThat(clients.surprises()).isEmpty();
    assertThat(clients.notTaken()).isEqualTo(1);
  }

  @Test
  void what_was_sent_before_its_node_was_told_to_stop_is_to_be_answered() {
    node.breaksOff();
    Clients clients = clients(node.address());

    clients.send(
        Clients.speaking(HttpClient.Version.HTTP_1_1),
        "a job",
        0,
        "/",
        request -> {
          stopping.begin(0);
          return request.POST(BodyPublishers.noBody());
        });

    assertThat(clients.surprises()).hasSize(1);
  }

  @Test
  void a_kill_that_was_over_before_explains_nothing() {
    node.breaksOff();
    Clients clients = clients(node.address());
    killed.begin(0);
    killed.end(0);

    send(clients);

    assertThat(clients.surprises()).hasSize(1);
  }

  @Test
  void a_refused_connection_was_never_sent() throws Exception {
    URI gone = node.address();
    node.close();
    Clients clients = clients(gone);

    assertThat(send(clients)).isEqualTo(Kind.REFUSED);
    assertThat(clients.surprises()).isEmpty();
    assertThat(clients.refused()).isEqualTo(1);
  }

  private Clients clients(URI address) {
    return new Clients(List.of(address), "key", killed, new Troubles(1), stopping);
  }

  private static Kind send(Clients clients) {
    return clients
        .send(
            Clients.speaking(HttpClient.Version.HTTP_1_1),
            "a job",
            0,
            "/",
            request -> request.POST(BodyPublishers.noBody()))
        .kind();
  }
}
