package dev.backlot.ops;

import dev.backlot.port.Strays;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Is only ever counted. */
record FakeStrays(List<Count> count) implements Strays {
  @Override
  public Future<List<Count>> counts() {
    return Future.succeededFuture(count);
  }

  @Override
  public Future<List<Stray>> open(String account, @Nullable Stray after, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Stray>> detached(Collection<UUID> attempts) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<End>> close(List<End> ends, Instant now) {
    return Future.failedFuture("not asked");
  }
}
