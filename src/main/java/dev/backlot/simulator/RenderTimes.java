package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Rendering;
import java.util.SplittableRandom;

/**
 * How long a task renders: log-normal around a median that grows with mode and length, cut at a
 * quarter and four times of it. Task number n draws the same time in every run with the same seed.
 */
final class RenderTimes {
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final Rendering rendering;
  private final long seed;

  RenderTimes(Rendering rendering, long seed) {
    this.rendering = rendering;
    this.seed = seed;
  }

  /** Milliseconds for the task that was accepted as number {@code ordinal}, at least 1. */
  long millis(VideoRequest request, long ordinal) {
    double median = rendering.median().toMillis() * request.seconds() / 5.0 * weight(request);
    double gauss = new SplittableRandom(seed ^ (ordinal * MIX)).nextGaussian();
    double factor = Math.exp(gauss * rendering.spread());
    double cut = Math.min(4, Math.max(0.25, factor));
    return Math.max(1, Math.round(median * cut / rendering.timeFactor()));
  }

  private static double weight(VideoRequest request) {
    double mode =
        switch (request.mode()) {
          case "pro", "" -> 1.5;
          case "4k" -> 3;
          default -> 1;
        };
    return request.model().contains("turbo") ? mode / 2 : mode;
  }
}
