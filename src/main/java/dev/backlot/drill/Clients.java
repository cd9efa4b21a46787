package dev.backlot.drill;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Sends the requests of all clients, and notes what no client should see: a connection that broke
 * where no node was killed, silence where none was in any trouble. A refused connection is none of
 * these. Blocking; any number of threads.
 */
final class Clients {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final List<URI> nodes;
  private final String key;
  private final Troubles killed;
  private final Troubles hindered;
  private final Troubles stopping;
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger brokenOff = new AtomicInteger();
  private final AtomicInteger silent = new AtomicInteger();
  private final AtomicInteger notTaken = new AtomicInteger();

  /** Of one sending. */
  enum Kind {
    ANSWERED,
    /** Nobody took the connection: it was never sent. */
    REFUSED,
    /** It may have been taken or not. */
    LOST
  }

  /**
   * @param status 0 unless it was answered
   * @param body empty unless it was answered
   */
  record Outcome(Kind kind, int status, JsonObject body) {
    static Outcome without(Kind kind) {
      return new Outcome(kind, 0, new JsonObject());
    }
  }

  /**
   * @param killed nodes whose connections may break
   * @param hindered nodes that may be silent
   * @param stopping nodes that have been told to stop: what is sent to them from then on may meet a
   *     listener that closes, and a connection that only the kernel has taken is reset
   */
  Clients(List<URI> nodes, String key, Troubles killed, Troubles hindered, Troubles stopping) {
    this.nodes = nodes;
    this.key = key;
    this.killed = killed;
    this.hindered = hindered;
    this.stopping = stopping;
  }

  static HttpClient speaking(HttpClient.Version version) {
    return HttpClient.newBuilder().version(version).connectTimeout(CONNECT).build();
  }

  int nodes() {
    return nodes.size();
  }

  /** What no client should have seen. */
  List<String> surprises() {
    return List.copyOf(surprises);
  }

  void surprised(String what) {
    surprises.add(what);
  }

  /** Connections refused, and answers that ask to come back. */
  int refused() {
    return refused.get();
  }

  /** Connections that broke under a request, because the node was killed. */
  int brokenOff() {
    return brokenOff.get();
  }

  /** Requests that nobody answered in time, because the node was in trouble. */
  int silent() {
    return silent.get();
  }

  /** Sent after its node was told to stop, and no longer taken: as good as refused. */
  int notTaken() {
    return notTaken.get();
  }

  /** An answer asked to come back later. */
  void askedBack() {
    refused.incrementAndGet();
  }

  /**
   * @param what for a person who reads of a surprise
   * @param node its place
   * @param finish adds what is to be done
   */
  Outcome send(
      HttpClient http,
      String what,
      int node,
      String path,
      UnaryOperator<HttpRequest.Builder> finish) {
    Troubles.Look wasKilled = killed.look(node);
    Troubles.Look wasHindered = hindered.look(node);
    boolean wasStopping = stopping.look(node).inTrouble();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(nodes.get(node).resolve(path))
            .timeout(ANSWER)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json");
    try {
      HttpResponse<String> answer =
          http.send(finish.apply(request).build(), BodyHandlers.ofString());
      return new Outcome(Kind.ANSWERED, answer.statusCode(), new JsonObject(answer.body()));
    } catch (ConnectException refusal) {
      refused.incrementAndGet();
      return Outcome.without(Kind.REFUSED);
    } catch (HttpTimeoutException silence) {
      boolean explained = killed.were(wasKilled) || hindered.were(wasHindered);
      return lost(explained, silent, what, node, silence);
    } catch (IOException | DecodeException broken) {
      return killed.were(wasKilled)
          ? lost(true, brokenOff, what, node, broken)
          : lost(wasStopping, notTaken, what, node, broken);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Outcome.without(Kind.LOST);
    }
  }

  private Outcome lost(
      boolean explained, AtomicInteger counted, String what, int node, Exception failure) {
    if (explained) {
      counted.incrementAndGet();
    } else {
      surprised(what + " at node-" + (node + 1) + ": " + failure);
    }
    return Outcome.without(Kind.LOST);
  }
}
