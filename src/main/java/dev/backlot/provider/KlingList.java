package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.Page;
import dev.backlot.port.TaskLists.TaskList;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Pages of a list of tasks, in either dialect (Kling reference, section 3.1). */
final class KlingList {
  /** What a legacy list can be asked for. */
  private static final int LAST_PAGE = 1_000;

  private final KlingAccount account;
  private final TaskList list;
  private final int size;
  private final Deadline deadline;

  KlingList(KlingAccount account, TaskList list, int size, Deadline deadline) {
    this.account = account;
    this.list = list;
    this.size = size;
    this.deadline = deadline;
  }

  /** Never fails. */
  Future<Page> read(Instant since, @Nullable String cursor) {
    if (list.dialect().equals(Dialect.PATH_PER_MODEL.text())) {
      return account
          .search(list.path(), KlingPayloads.search(since, size, cursor), deadline)
          .map(reply -> newer(reply, cursor));
    }
    LegacyPlace place = LegacyPlace.parse(cursor);
    return place.page() > LAST_PAGE
        ? Future.succeededFuture(unread("the list is longer than can be read"))
        : account
            .get(list.path() + "?pageNum=" + place.page() + "&pageSize=" + size, deadline)
            .map(reply -> legacy(reply, place, since));
  }

  private static Page newer(Reply reply, @Nullable String cursor) {
    if (!(reply instanceof Reply.Success success)) {
      return unread(reply);
    }
    JsonNode tasks = success.data().path("result");
    if (!tasks.isArray()) {
      return unread("the answer is not a list");
    }
    JsonNode more = success.data().path("has_more");
    if (more.isBoolean() && !more.booleanValue()) {
      return new Page.Read(listed(tasks), null);
    }
    String next = success.data().path("next_cursor").asText("");
    return next.isEmpty() || next.equals(cursor)
        ? unread("the list breaks off")
        : new Page.Read(listed(tasks), next);
  }

  /** Not a short page but an empty one is the end: a server may give fewer tasks than asked for. */
  private static Page legacy(Reply reply, LegacyPlace place, Instant since) {
    if (!(reply instanceof Reply.Success success)) {
      return unread(reply);
    }
    JsonNode tasks = success.data();
    if (!tasks.isArray()) {
      return unread("the answer is not a list");
    }
    LegacyPlace next = place.after(tasks);
    boolean end = tasks.isEmpty() || next.isBefore(since);
    return new Page.Read(listed(tasks), end ? null : next.text());
  }

  private static List<Listed> listed(JsonNode tasks) {
    List<Listed> listed = new ArrayList<>();
    for (JsonNode task : tasks) {
      Optional<String> id = KlingPayloads.taskId(task);
      Optional<String> externalId = KlingPayloads.externalId(task).filter(KlingPayloads::isId);
      if (id.isPresent() && externalId.isPresent()) {
        listed.add(new Listed(id.get(), externalId.get()));
      }
    }
    return listed;
  }

  /** For a reply that is no success. */
  private static Page unread(Reply reply) {
    return KlingClient.lookup(reply) instanceof TaskLookup.Unclear unclear
        ? new Page.Unread(unclear)
        : unread("the answer means nothing");
  }

  private static Page unread(String reason) {
    return new Page.Unread(KlingClient.unclear(reason));
  }

  /**
   * Where a legacy list goes on.
   *
   * @param reached when the oldest task so far was made; null once the list was out of order, so
   *     that only its end ends it
   */
  private record LegacyPlace(int page, @Nullable Instant reached) {
    private static final String OUT_OF_ORDER = "-";

    static LegacyPlace parse(@Nullable String cursor) {
      if (cursor == null) {
        return new LegacyPlace(1, Instant.MAX);
      }
      int space = cursor.indexOf(' ');
      String reached = cursor.substring(space + 1);
      return new LegacyPlace(
          Integer.parseInt(cursor.substring(0, space)),
          reached.equals(OUT_OF_ORDER) ? null : Instant.ofEpochMilli(Long.parseLong(reached)));
    }

    LegacyPlace after(JsonNode tasks) {
      return new LegacyPlace(
          page + 1, reached == null ? null : KlingLookUp.runsBackTo(tasks, reached));
    }

    boolean isBefore(Instant since) {
      return reached != null && reached.isBefore(since);
    }

    String text() {
      return page + " " + (reached == null ? OUT_OF_ORDER : reached.toEpochMilli());
    }
  }
}
