package dev.backlot.drill;

import dev.backlot.drill.Clients.Kind;
import dev.backlot.drill.Clients.Outcome;
import dev.backlot.drill.Order.Door;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A back end that speaks Kling's API, in both dialects, and is as strict as its documents allow. A
 * create is posted again after a refused connection, 1302 and 5001. After a lost answer, 5000 and
 * 5002 one with an external id is looked up first; one without is posted again at once, and must be
 * the same task. "Already exists" is an answer only to one that may have been taken before. Every
 * answer must be an envelope, and 200 must be the one success.
 */
final class KlingBackEnd implements Submitter.Caller {
  private static final int INVALID_VALUE = 1201;
  private static final int TOO_MANY = 1302;
  private static final int INTERNAL = 5000;
  private static final int UNAVAILABLE = 5001;
  private static final int TIMEOUT = 5002;

  private final HttpClient http = Clients.speaking(HttpClient.Version.HTTP_1_1);
  private final Clients clients;
  private final long seed;
  private final Function<Order, Optional<String>> callbacks;

  /**
   * @param callbacks where the client of an order wants to be called, if anywhere
   */
  KlingBackEnd(Clients clients, long seed, Function<Order, Optional<String>> callbacks) {
    this.clients = clients;
    this.seed = seed;
    this.callbacks = callbacks;
  }

  @Override
  public Submitter.Attempt begin(Order order) {
    return new Create(order, false);
  }

  @Override
  public Submitter.Attempt again(Order order) {
    return new Create(order, true);
  }

  /**
   * The task of an order as it is shown, when a node shows it.
   *
   * @param id that was given out for it; looked up is the caller's own where there is one
   */
  Optional<JsonObject> task(Order order, String id, int node) {
    return Optional.ofNullable(lookUp(order, id, node).task());
  }

  /** Its own id. */
  static String id(Order order, JsonObject task) {
    return task.getString(order.door() == Door.NEWER ? "id" : "task_id");
  }

  private String externalId(Order order) {
    return "drill-" + seed + "-" + order.number();
  }

  private JsonObject body(Order order) {
    JsonObject body = order.body(externalId(order));
    JsonObject holder = order.door() == Door.NEWER ? body.getJsonObject("options") : body;
    callbacks.apply(order).ifPresent(url -> holder.put("callback_url", url));
    return body;
  }

  /** Half of them use the prefix. */
  private static String prefixed(Order order, String path) {
    return order.number() % 4 < 2 ? path : "/kling" + path;
  }

  /**
   * @param answered whether somebody said whether it is there
   */
  private record Found(boolean answered, @Nullable JsonObject task) {}

  private Found lookUp(Order order, String id, int node) {
    String named = order.isNamed() ? externalId(order) : id;
    String path =
        order.door() == Door.NEWER
            ? (order.isNamed() ? "/tasks?external_task_ids=" : "/tasks?task_ids=") + named
            : order.product() + "/" + named;
    String what = "the query of job " + order.number();
    Outcome outcome =
        clients.send(http, what, node, prefixed(order, path), request -> request.GET());
    if (outcome.kind() != Kind.ANSWERED || !isEnvelope(what, outcome)) {
      return new Found(false, null);
    }
    int code = outcome.body().getInteger("code");
    if (code == 0 && order.door() == Door.NEWER) {
      JsonArray tasks = outcome.body().getJsonArray("data");
      return new Found(true, tasks.isEmpty() ? null : tasks.getJsonObject(0));
    }
    if (code == 0) {
      return new Found(true, outcome.body().getJsonObject("data"));
    }
    if (code == INVALID_VALUE) {
      return new Found(true, null);
    }
    comesBack(what, outcome);
    return new Found(false, null);
  }

  private boolean isEnvelope(String what, Outcome outcome) {
    JsonObject body = outcome.body();
    boolean whole =
        body.getValue("code") instanceof Integer code
            && body.getValue("message") instanceof String
            && body.getValue("request_id") instanceof String
            && (outcome.status() == 200) == (code == 0);
    if (!whole) {
      clients.surprised(what + " was answered " + outcome.status() + ": " + body);
    }
    return whole;
  }

  /** Whether the same may be asked again. */
  private void comesBack(String what, Outcome outcome) {
    switch (outcome.body().getInteger("code")) {
      case TOO_MANY, INTERNAL, UNAVAILABLE, TIMEOUT -> clients.askedBack();
      default -> clients.surprised(what + " was answered " + outcome.body());
    }
  }

  /** One order's way in. Used by one thread. */
  private final class Create implements Submitter.Attempt {
    private final Order order;
    private final String what;

    /** Whether it may have been taken, so that it has to be looked up. */
    private boolean maybeThere;

    /** Whether it is known to have been taken. */
    private boolean existed;

    /** Whether there was ever reason to believe that. */
    private boolean mayHaveBeenTaken;

    /**
     * @param taken whether it is known to be there, and is posted all the same
     */
    Create(Order order, boolean taken) {
      this.order = order;
      this.what = "job " + order.number();
      this.existed = taken;
    }

    @Override
    public Optional<String> send(int node) {
      if (maybeThere) {
        Found found = lookUp(order, externalId(order), node);
        if (found.task() != null) {
          return Optional.of(id(order, found.task()));
        }
        if (!found.answered()) {
          return Optional.empty();
        }
        if (existed) {
          clients.surprised(what + " already exists, and is not there");
        }
        maybeThere = false;
      }
      return post(node);
    }

    private Optional<String> post(int node) {
      Outcome outcome =
          clients.send(
              http,
              what,
              node,
              prefixed(order, order.path()),
              request -> request.POST(BodyPublishers.ofString(body(order).encode())));
      if (outcome.kind() == Kind.LOST) {
        lookUpFirst();
      }
      if (outcome.kind() != Kind.ANSWERED || !isEnvelope(what, outcome)) {
        return Optional.empty();
      }
      int code = outcome.body().getInteger("code");
      if (code == 0) {
        if (existed) {
          clients.surprised(what + " was taken a second time");
        }
        return Optional.of(id(order, outcome.body().getJsonObject("data")));
      }
      if (code == INVALID_VALUE) {
        if (!order.isNamed() || (!existed && !mayHaveBeenTaken)) {
          clients.surprised(what + " was answered " + outcome.body());
        }
        existed = order.isNamed();
        maybeThere = order.isNamed();
        return Optional.empty();
      }
      if (code == INTERNAL || code == TIMEOUT) {
        lookUpFirst();
      }
      comesBack(what, outcome);
      return Optional.empty();
    }

    private void lookUpFirst() {
      mayHaveBeenTaken = true;
      maybeThere = order.isNamed();
    }
  }
}
