package dev.backlot.port;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where other nodes may be found. Blocking: asked by threads of the cluster's own, before there is
 * an event loop. An address may be of a node that is gone; whoever answers there is asked who it
 * is.
 */
public interface ClusterPeers {
  /** Most addresses of one answer. */
  int MAX = 200;

  /**
   * Tells the others where this node is, and asks where they are. Called at the start and then
   * every few seconds.
   *
   * @return maybe with our own among them; empty when there are none, or when nobody can say
   */
  List<InetSocketAddress> exchange(InetSocketAddress own);

  /** This node leaves. Never fails: what is not forgotten now is forgotten for its age. */
  void leave(InetSocketAddress own);
}
