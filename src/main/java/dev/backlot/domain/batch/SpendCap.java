package dev.backlot.domain.batch;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.HeldReason;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The most that the jobs of a batch may cost, for each asset.
 *
 * <p>A job is committed while it is queued or at work, with the most that it can cost, and once it
 * has ended, with what it did cost. A job is let into the queue only while the sum stays within the
 * cap; one that does not fit is held for it, and nothing is reserved for that one until it is let
 * in. Nothing that happens to a committed job later can raise the sum, so what may be claimed and
 * what is being settled need not be looked at: the cap is kept by those who queue, and they do so
 * one at a time.
 *
 * @param amounts an asset that is not named is not limited
 */
public record SpendCap(Map<Asset, Credits> amounts) {
  /** Why a job that does not fit is held. */
  public static final String HELD = HeldReason.SPEND_CAP;

  public static final SpendCap NONE = new SpendCap(Map.of());

  public SpendCap {
    amounts = Map.copyOf(amounts);
  }

  /** Whether there is any limit. */
  public boolean isSet() {
    return !amounts.isEmpty();
  }

  /** Whether a job of this price could never be let in, even if it were the only one. */
  public boolean isBelow(Asset asset, Credits price) {
    Credits most = amounts.get(asset);
    return most != null && most.compareTo(price) < 0;
  }

  /**
   * What may be committed besides.
   *
   * @param committed of each asset
   */
  public Room room(Map<Asset, Credits> committed) {
    Map<Asset, Credits> left = new EnumMap<>(Asset.class);
    amounts.forEach(
        (asset, amount) ->
            left.put(asset, amount.minus(committed.getOrDefault(asset, Credits.ZERO))));
    return new Room(left);
  }

  /** What is left under a cap, while jobs take their shares of it. Used by one thread. */
  public static final class Room {
    private final Map<Asset, Credits> left;

    private Room(Map<Asset, Credits> left) {
      this.left = new HashMap<>(left);
    }

    /** Takes the amount, if it fits. One that does not fit hides no smaller one behind it. */
    public boolean take(Asset asset, Credits amount) {
      Credits before = left.get(asset);
      if (before == null) {
        return true;
      }
      if (before.compareTo(amount) < 0) {
        return false;
      }
      left.put(asset, before.minus(amount));
      return true;
    }

    /** The same, where nothing can be taken that is not available besides. */
    public Room payableFrom(Map<Asset, Credits> available) {
      Map<Asset, Credits> both = new EnumMap<>(Asset.class);
      for (Asset asset : Asset.values()) {
        Credits most = available.getOrDefault(asset, Credits.ZERO);
        Credits room = left.getOrDefault(asset, most);
        both.put(asset, room.compareTo(most) < 0 ? room : most);
      }
      return new Room(both);
    }

    /** Negative when more is committed than the cap allows. Not limited: absent. */
    public Map<Asset, Credits> left() {
      return Map.copyOf(left);
    }
  }
}
