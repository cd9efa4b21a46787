package dev.backlot.webhook;

import dev.backlot.domain.access.TenantId;
import dev.backlot.http.HostResolver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up names, few of one tenant at a time: names whose servers never answer keep those of their
 * tenant waiting, and nobody else's. Whoever asks for a name that is being looked up for the same
 * tenant shares the answer. Nothing is kept beyond it: the next delivery looks anew. As many wait
 * as sends and pings are under way. Thread-safe; answers on the caller's context.
 */
final class SharedLookUps {
  private final HostResolver resolver;
  private final int most;
  private final int mostPerTenant;

  /** In the order in which they were asked for. */
  private final Map<Asked, LookUp> waiting = new LinkedHashMap<>();

  private final Map<Asked, LookUp> underWay = new HashMap<>();
  private final Map<TenantId, Integer> perTenant = new HashMap<>();

  private record Asked(TenantId tenant, String host) {}

  /** One look-up. */
  private static final class LookUp {
    final Promise<List<InetAddress>> answer = Promise.promise();
    private int askers;
    private volatile boolean begun;
  }

  /**
   * @param resolver answers for {@code most} at a time at once
   */
  SharedLookUps(HostResolver resolver, int most, int mostPerTenant) {
    this.resolver = resolver;
    this.most = most;
    this.mostPerTenant = mostPerTenant;
  }

  /**
   * @param patience milliseconds
   * @return fails with {@link NotBegun} when it had to wait for its turn for so long, and with a
   *     {@link TimeoutException} when there is no answer by then
   */
  Future<List<InetAddress>> resolve(TenantId tenant, String host, long patience) {
    Asked asked = new Asked(tenant, host);
    LookUp lookUp = join(asked);
    begin();
    return onOwn(Vertx.currentContext(), lookUp.answer.future())
        .timeout(patience, TimeUnit.MILLISECONDS)
        .recover(
            failure -> {
              leave(asked, lookUp);
              return Future.failedFuture(
                  failure instanceof TimeoutException && !lookUp.begun ? new NotBegun() : failure);
            });
  }

  private synchronized LookUp join(Asked asked) {
    LookUp running = underWay.get(asked);
    LookUp lookUp =
        running != null ? running : waiting.computeIfAbsent(asked, first -> new LookUp());
    lookUp.askers++;
    return lookUp;
  }

  /** Nobody waits for it any more: then it is not begun either. */
  private synchronized void leave(Asked asked, LookUp lookUp) {
    lookUp.askers--;
    if (lookUp.askers == 0) {
      waiting.remove(asked, lookUp);
    }
  }

  private void begin() {
    for (Map.Entry<Asked, LookUp> next : take()) {
      Asked asked = next.getKey();
      resolver
          .resolve(asked.host())
          .onComplete(
              (addresses, failure) -> {
                end(asked);
                next.getValue().answer.complete(addresses, failure);
                begin();
              });
    }
  }

  private synchronized List<Map.Entry<Asked, LookUp>> take() {
    List<Map.Entry<Asked, LookUp>> taken = new ArrayList<>();
    Iterator<Map.Entry<Asked, LookUp>> each = waiting.entrySet().iterator();
    while (each.hasNext() && underWay.size() < most) {
      Map.Entry<Asked, LookUp> next = Map.Entry.copyOf(each.next());
      TenantId tenant = next.getKey().tenant();
      if (perTenant.getOrDefault(tenant, 0) < mostPerTenant) {
        each.remove();
        next.getValue().begun = true;
        underWay.put(next.getKey(), next.getValue());
        perTenant.merge(tenant, 1, Integer::sum);
        taken.add(next);
      }
    }
    return taken;
  }

  private synchronized void end(Asked asked) {
    underWay.remove(asked);
    perTenant.computeIfPresent(asked.tenant(), (its, count) -> count == 1 ? null : count - 1);
  }

  private static Future<List<InetAddress>> onOwn(
      @Nullable Context context, Future<List<InetAddress>> shared) {
    if (context == null) {
      return shared;
    }
    Promise<List<InetAddress>> answer = Promise.promise();
    shared.onComplete(
        (addresses, failure) -> context.runOnContext(turn -> answer.complete(addresses, failure)));
    return answer.future();
  }

  /** Its turn did not come. */
  static final class NotBegun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotBegun() {
      super("not looked up", null, false, false);
    }
  }
}
