package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.node.NodeLease;
import org.jspecify.annotations.Nullable;

/** A call of {@code tts}. */
public final class SampleCall {
  private SampleCall() {}

  /**
   * @param node that makes it
   * @param price null for one that is free
   */
  public static NewCall of(
      CallId id,
      TenantId tenant,
      String account,
      NodeLease node,
      @Nullable Price price,
      NewCall.@Nullable Key key) {
    return new NewCall(
        id,
        tenant,
        "testtesttest",
        "tts",
        account,
        node.node(),
        node.epoch(),
        price,
        "2026-09",
        null,
        key,
        null);
  }
}
