package dev.backlot.port;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;

/** The times that tasks took, as all nodes have learnt them together. */
public interface RenderHistory {
  /** Weights by level, the latest changed first: at most as many as are kept. */
  Future<Map<String, double[]>> load();

  /**
   * Adds what one node has learnt. Beyond the bound of levels, those are forgotten that nobody has
   * learnt anything of for longest.
   */
  Future<Void> add(Map<String, double[]> news, Instant now);
}
