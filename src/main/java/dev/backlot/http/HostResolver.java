package dev.backlot.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.util.List;

/** Looks up the addresses of a host. Fails when there is none. */
@FunctionalInterface
public interface HostResolver {
  Future<List<InetAddress>> resolve(String host);

  /** The operating system's own resolver, on a worker thread. */
  static HostResolver system(Vertx vertx) {
    return host -> vertx.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false);
  }

  /** The same on threads of its own: names that strangers chose keep nobody else waiting. */
  static HostResolver system(WorkerExecutor workers) {
    return host -> workers.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false);
  }
}
