package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.batch.BatchId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client has shown to be let in, from its first {@code auth} through renewals to the end.
 * Decides by the times that it is told. One event loop only.
 */
public final class Pass implements Cover {
  /** Most {@code auth} of one socket in a minute, good or bad; each costs a look-up. */
  static final int AUTHS_PER_MINUTE = 10;

  /**
   * How long before the end a client is warned; a token of less than twice that at half its time.
   */
  static final Duration WARNING = Duration.ofMinutes(1);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Duration unconfirmedMax;
  private boolean asking;
  private int asked;
  private @Nullable Instant countedFrom;
  private @Nullable Access access;
  private @Nullable Instant warnAt;
  private @Nullable Instant confirmedAt;

  /**
   * @param unconfirmedMax how long a credential is believed that nobody could ask about
   */
  public Pass(Duration unconfirmedMax) {
    this.unconfirmedMax = unconfirmedMax;
  }

  /**
   * A credential is shown; {@link #answered} must follow. Throws {@code RATE_LIMITED} or {@code
   * INVALID_REQUEST}: the client must go.
   */
  void show(Instant now) {
    if (asking) {
      throw new BacklotException(
          ErrorCode.INVALID_REQUEST, "Wait for the answer to auth before sending it again.");
    }
    if (countedFrom == null || !now.isBefore(countedFrom.plus(MINUTE))) {
      countedFrom = now;
      asked = 0;
    }
    if (++asked > AUTHS_PER_MINUTE) {
      throw new BacklotException(
          ErrorCode.RATE_LIMITED, "Send auth at most " + AUTHS_PER_MINUTE + " times in a minute.");
    }
    asking = true;
  }

  /** What was shown is judged, or could not be. */
  void answered() {
    asking = false;
  }

  /**
   * @param shownAt from when it is known to be good
   */
  public void take(Access good, Instant shownAt) {
    access = good;
    confirmedAt = shownAt;
    warnAt = warnAt(good.expiresAt(), shownAt);
  }

  public Optional<Access> access() {
    return Optional.ofNullable(access);
  }

  @Override
  public boolean covers(Watch watch, @Nullable BatchId batch) {
    return access != null && access.covers(watch, batch);
  }

  /** The database knew it to be good then. */
  public void confirm(Instant at) {
    confirmedAt = at;
  }

  public boolean hasExpired(Instant now) {
    return access != null && access.expiresAt() != null && !now.isBefore(access.expiresAt());
  }

  /** Nobody has been able to say for too long whether it was revoked. */
  public boolean isDoubtful(Instant now) {
    return confirmedAt != null && now.isAfter(confirmedAt.plus(unconfirmedMax));
  }

  /** The end of which to warn now; empty when it is not time, or has been told. */
  Optional<Instant> endToWarnOf(Instant now) {
    if (access == null || warnAt == null || now.isBefore(warnAt)) {
      return Optional.empty();
    }
    warnAt = null;
    return Optional.ofNullable(access.expiresAt());
  }

  private static @Nullable Instant warnAt(@Nullable Instant end, Instant now) {
    if (end == null) {
      return null;
    }
    Duration half = Duration.between(now, end).dividedBy(2);
    return end.minus(half.compareTo(WARNING) < 0 ? half : WARNING);
  }
}
