package dev.backlot.drill;

import dev.backlot.drill.Clients.Kind;
import dev.backlot.drill.Clients.Outcome;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;

/**
 * A back end that speaks our own API: it sends a job under one idempotency key, and again to any
 * node after a refusal, 429, 503 or a lost answer.
 */
final class BackEnd implements Submitter.Caller {
  /** Java's client of HTTP/2 does not say which requests a GOAWAY has refused. */
  private final HttpClient http = Clients.speaking(HttpClient.Version.HTTP_1_1);

  private final Clients clients;
  private final long seed;

  BackEnd(Clients clients, long seed) {
    this.clients = clients;
    this.seed = seed;
  }

  @Override
  public Submitter.Attempt begin(Order order) {
    return node -> send(order, node);
  }

  /** Its key says that it is the same one. */
  @Override
  public Submitter.Attempt again(Order order) {
    return begin(order);
  }

  private Optional<String> send(Order order, int node) {
    String what = "job " + order.number();
    Outcome outcome =
        clients.send(
            http,
            what,
            node,
            order.path(),
            request ->
                request
                    .header("Idempotency-Key", "drill-" + seed + "-" + order.number())
                    .POST(BodyPublishers.ofString(order.body("").encode())));
    if (outcome.kind() != Kind.ANSWERED) {
      return Optional.empty();
    }
    if (outcome.status() == 202) {
      return Optional.of(outcome.body().getString("id"));
    }
    if (outcome.status() == 429 || outcome.status() == 503) {
      clients.askedBack();
    } else {
      clients.surprised(what + " was answered " + outcome.status() + ": " + outcome.body());
    }
    return Optional.empty();
  }
}
