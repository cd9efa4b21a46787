package dev.backlot.domain.job;

import java.util.HashMap;
import java.util.Map;

/**
 * How reliably the callbacks of each source have told of ends lately. Trust grows by one with each
 * end that a callback told of, up to {@link #MOST}; one that none told of takes three quarters of
 * it, and the next in a row all. So a callback that is lost now and then costs little, and when
 * they stop coming nobody waits for them for long. A number for each source. Confined to one event
 * loop.
 */
public final class Announcements {
  /** Of so many ends and one more, one without a callback is expected at the least. */
  static final int MOST = 24;

  private static final int LEFT_AFTER_A_MISS = 4;

  private final Map<String, Source> sources = new HashMap<>();

  private static final class Source {
    private int trust;
    private boolean missed;
  }

  /**
   * An end was confirmed.
   *
   * @param source of callbacks that come, or stay away, for the same reasons
   * @param told whether a callback had told of it before the query that confirmed it
   * @return whether callbacks are trusted less than before
   */
  public boolean ended(String source, boolean told) {
    Source at = sources.computeIfAbsent(source, id -> new Source());
    int before = at.trust;
    if (told) {
      at.trust = Math.min(MOST, at.trust + 1);
    } else {
      at.trust = at.missed ? 0 : at.trust / LEFT_AFTER_A_MISS;
    }
    at.missed = !told;
    return at.trust < before;
  }

  /**
   * Which part of the next ends no callback will tell of.
   *
   * @return above 0; 1 where callbacks have told of nothing
   */
  public double missing(String source) {
    Source at = sources.get(source);
    return at == null ? 1 : 1.0 / (1 + at.trust);
  }
}
