package dev.backlot.call;

import dev.backlot.config.CallsConfig;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Calls;
import dev.backlot.port.ClientReplies;
import dev.backlot.port.ProviderCalls;
import dev.backlot.port.ProviderHealth;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Makes what makes calls: one for a node, whose bounds count all of its event loops. */
public final class CallDesk {
  private CallDesk() {}

  /**
   * @param accounts that speak the older dialect
   * @param used finds what an input names of a tenant's earlier jobs and calls
   * @param lostReplyWindow after the loss of an answer in which it is given again
   */
  public static CallCommands open(
      Vertx vertx,
      CallsConfig config,
      Supplier<Catalog> catalogs,
      CallCommands.UsedIds used,
      List<String> accounts,
      ProviderHealth health,
      ProviderCalls provider,
      Calls calls,
      ClientReplies replies,
      Duration lostReplyWindow,
      NodeLease lease,
      Supplier<UUID> ids,
      InstantSource clock) {
    return new CallCommands(
        catalogs,
        used,
        new Accounts(accounts, health),
        new UnderWay(config.atOnce(), config.perTenant()),
        calls,
        new Sending(vertx, provider, calls, config.kept(), clock),
        new Readings(vertx, provider, config.remembered(), clock),
        new Repeats(vertx, replies, calls, lostReplyWindow, config.timeout(), clock),
        lease,
        ids,
        clock);
  }
}
