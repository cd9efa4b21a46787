package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Rendering;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How long a task renders: log-normal around a median that grows with mode and length, an image
 * takes a fixed part of it, cut at a quarter and four times of it. Task number n draws the same
 * time in every run with the same seed.
 */
final class RenderTimes {
  private static final long MIX = 0x9E3779B97F4A7C15L;

  /** Live, an image took 24 s where clips took 100 and more (reference, section 3). */
  private static final double IMAGE = 0.25;

  /** Against a silent clip of 5 s in std mode; a model without modes counts as pro. */
  private static final Map<String, Double> MODES =
      Map.of("", 1.5, "std", 1.0, "720p", 1.0, "pro", 1.5, "1080p", 1.5, "4k", 3.0);

  private final Rendering rendering;
  private final long seed;

  RenderTimes(Rendering rendering, long seed) {
    this.rendering = rendering;
    this.seed = seed;
  }

  /** Milliseconds for the task that was accepted as number {@code ordinal}, at least 1. */
  long millis(TaskRequest request, long ordinal) {
    double median = rendering.median().toMillis() * weight(request);
    double gauss = new SplittableRandom(seed ^ (ordinal * MIX)).nextGaussian();
    double factor = Math.exp(gauss * rendering.spread());
    double cut = Math.min(4, Math.max(0.25, factor));
    return Math.max(1, Math.round(median * cut / rendering.timeFactor()));
  }

  private static double weight(TaskRequest request) {
    if (request.product().pack() == PackType.IMAGE || request.seconds() == 0) {
      return IMAGE;
    }
    double clip = request.seconds() / 5.0 * MODES.getOrDefault(request.mode(), 1.0);
    return request.model().contains("turbo") ? clip / 2 : clip;
  }
}
