package dev.backlot.webhook;

import dev.backlot.http.HostResolver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks up each name once at a time; who asks meanwhile shares the answer. A name whose servers
 * never answer holds one thread, however many deliveries it has. Nothing is kept beyond the answer:
 * the next delivery looks anew. Thread-safe; answers on the caller's context.
 */
final class SharedLookUps implements HostResolver {
  private final HostResolver resolver;
  private final ConcurrentMap<String, Future<List<InetAddress>>> underWay =
      new ConcurrentHashMap<>();

  SharedLookUps(HostResolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public Future<List<InetAddress>> resolve(String host) {
    Promise<List<InetAddress>> own = Promise.promise();
    Future<List<InetAddress>> earlier = underWay.putIfAbsent(host, own.future());
    if (earlier != null) {
      return onOwn(Vertx.currentContext(), earlier);
    }
    resolver
        .resolve(host)
        .onComplete(
            (addresses, failure) -> {
              underWay.remove(host);
              own.complete(addresses, failure);
            });
    return own.future();
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
}
