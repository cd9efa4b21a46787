package dev.backlot.results;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.List;

/** Looks up the addresses of a host. Fails when there is none. */
@FunctionalInterface
interface HostResolver {
  Future<List<InetAddress>> resolve(String host);

  /** The operating system's own resolver, on a worker thread. */
  static HostResolver system(Vertx vertx) {
    return host -> vertx.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false);
  }
}
