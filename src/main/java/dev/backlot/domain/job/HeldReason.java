package dev.backlot.domain.job;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why jobs are held, and released: short words of our own, for tenants and operators. */
public final class HeldReason {
  /** Its tenant asked for it. */
  public static final String REQUESTED = "requested";

  /** Its tenant let it go on. */
  public static final String RELEASED = "released";

  /** Its batch is paused. */
  public static final String BATCH_PAUSED = "batch_paused";

  /**
   * Nothing is reserved for it yet: its batch may not spend more, or there is too little credit.
   */
  public static final String SPEND_CAP = "spend_cap";

  /** No account can run it as it is written, or its model is in the catalog no more. */
  public static final String MODEL_UNAVAILABLE = "model_unavailable";

  /** The provider refuses its model, and no other may take it over. */
  public static final String MODEL_REFUSED = "model_refused";

  private static final Set<String> OF_ITS_OWN = Set.of(REQUESTED, MODEL_UNAVAILABLE, MODEL_REFUSED);

  private HeldReason() {}

  /**
   * Whether its tenant may release a job by itself: what waits for its batch is released there.
   *
   * @param reason null for a job that is not held
   */
  public static boolean mayBeReleased(@Nullable String reason) {
    return reason != null && OF_ITS_OWN.contains(reason);
  }
}
