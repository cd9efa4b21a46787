package dev.backlot.batch;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchLine;
import dev.backlot.domain.batch.RefusedItem;
import dev.backlot.http.BatchJson;
import dev.backlot.port.Batches;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;

/**
 * Writes a line for every item of a batch, in their order. The next page is read when the one
 * before has been taken, so a slow reader costs one page of memory and no connection of the
 * database. Each page is as of its own time. A reader that goes away ends it.
 */
final class Manifest {
  private static final int PAGE = 500;

  private final Batches batches;
  private final TenantId tenant;
  private final BatchId id;
  private final HttpServerResponse response;

  /** Those of which there is no job, still to be written. */
  private final ArrayDeque<RefusedItem> refused = new ArrayDeque<>();

  Manifest(Batches batches, TenantId tenant, BatchId id, HttpServerResponse response) {
    this.batches = batches;
    this.tenant = tenant;
    this.id = id;
    this.response = response;
  }

  Future<Void> write() {
    return batches
        .refused(tenant, id)
        .compose(
            items -> {
              refused.addAll(items);
              return writeAfter(-1);
            });
  }

  private Future<Void> writeAfter(int item) {
    if (response.closed()) {
      return Future.succeededFuture();
    }
    return batches
        .lines(tenant, id, Set.of(), item, PAGE)
        .compose(lines -> lines.size() < PAGE ? end(lines) : more(lines));
  }

  /** A write is done when the connection has taken it. */
  private Future<Void> more(List<BatchLine> lines) {
    return response
        .write(text(lines))
        .transform(
            written ->
                written.failed()
                    ? Future.succeededFuture()
                    : writeAfter(lines.get(lines.size() - 1).item()));
  }

  private Future<Void> end(List<BatchLine> lines) {
    Buffer last = text(lines);
    refused.forEach(item -> append(last, line(item)));
    return response.end(last).otherwiseEmpty();
  }

  private Buffer text(List<BatchLine> lines) {
    Buffer text = Buffer.buffer();
    for (BatchLine line : lines) {
      while (!refused.isEmpty() && refused.element().item() < line.item()) {
        append(text, line(refused.remove()));
      }
      append(text, BatchJson.of(line));
    }
    return text;
  }

  private static JsonObject line(RefusedItem item) {
    return new JsonObject()
        .put("item", item.item())
        .put("state", "refused")
        .put("error", BatchJson.of(item));
  }

  private static void append(Buffer text, JsonObject line) {
    text.appendBuffer(line.toBuffer()).appendByte((byte) '\n');
  }
}
