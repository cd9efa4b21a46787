package dev.backlot.results;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.NewCall;
import dev.backlot.port.Calls;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nobody has made any. */
final class NoCalls implements Calls {
  @Override
  public Future<Opening> open(NewCall call, Instant now) {
    return Future.failedFuture("no calls here");
  }

  @Override
  public Future<Boolean> close(CallId id, CallEnd end, Instant now) {
    return Future.succeededFuture(false);
  }

  @Override
  public Future<Void> tellLate(CallId id, @Nullable String providerTaskId, int providerCode) {
    return Future.succeededFuture();
  }

  @Override
  public Future<List<Abandoned>> abandoned(int limit) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Optional<Call>> find(TenantId tenant, CallId id) {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public Future<Page<Call>> list(TenantId tenant, @Nullable String cursor, int limit) {
    return Future.succeededFuture(new Page<>(List.of(), null));
  }

  @Override
  public Future<Optional<String>> answer(TenantId tenant, CallId id) {
    return Future.succeededFuture(Optional.empty());
  }
}
