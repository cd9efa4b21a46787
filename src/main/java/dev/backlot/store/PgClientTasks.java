package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.ClientTasks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every statement names the tenant: a job of another one is not found. */
public final class PgClientTasks implements ClientTasks {
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{17}");
  private static final long NONE = -1;

  private static final UUID FIRST = new UUID(0, 0);
  private static final UUID LAST = new UUID(-1, -1);

  private final Pool pool;
  private final int look;

  public PgClientTasks(Pool pool) {
    this(pool, MAX_LOOK);
  }

  /**
   * @param look most jobs looked at for one page
   */
  PgClientTasks(Pool pool, int look) {
    this.pool = pool;
    this.look = look;
  }

  @Override
  public Future<Optional<ClientTask>> find(TenantId tenant, JobId id) {
    return list(ClientTaskSql.FIND, Tuple.of(tenant.value(), id.value()))
        .map(tasks -> tasks.stream().findFirst());
  }

  @Override
  public Future<Optional<ClientTask>> find(TenantId tenant, String kind, String id) {
    if (id.indexOf('\0') >= 0) {
      return Future.succeededFuture(Optional.empty());
    }
    long number = NUMBER.matcher(id).matches() ? Long.parseLong(id) : NONE;
    return list(ClientTaskSql.FIND_NAMED, Tuple.of(tenant.value(), kind, number, id))
        .map(tasks -> tasks.stream().findFirst());
  }

  @Override
  public Future<List<ClientTask>> withIds(TenantId tenant, Set<JobId> ids) {
    return list(
        ClientTaskSql.WITH_IDS,
        Rows.arguments(tenant.value(), ids.stream().map(JobId::value).toArray(UUID[]::new)));
  }

  @Override
  public Future<Map<JobId, Map<String, String>>> said(
      TenantId tenant, Set<JobId> ids, Set<String> members) {
    Tuple wanted =
        Rows.arguments(
            tenant.value(),
            ids.stream().map(JobId::value).toArray(UUID[]::new),
            members.toArray(String[]::new),
            MAX_SAID);
    return Reads.list(pool, ClientTaskSql.SAID, wanted, PgClientTasks::member)
        .map(
            found ->
                found.stream()
                    .collect(
                        Collectors.groupingBy(
                            Member::job, Collectors.toMap(Member::name, Member::json))));
  }

  private record Member(JobId job, String name, String json) {}

  private static Member member(Row row) {
    return new Member(Rows.jobId(row, "id"), row.getString("name"), row.getString("value"));
  }

  @Override
  public Future<List<ClientTask>> withNumbers(TenantId tenant, Set<Long> numbers) {
    return list(
        ClientTaskSql.WITH_NUMBERS, Rows.arguments(tenant.value(), numbers.toArray(Long[]::new)));
  }

  @Override
  public Future<List<ClientTask>> withExternalIds(TenantId tenant, Set<String> externalIds) {
    return list(
        ClientTaskSql.WITH_EXTERNAL_IDS,
        Rows.arguments(
            tenant.value(),
            externalIds.stream().filter(id -> id.indexOf('\0') < 0).toArray(String[]::new)));
  }

  @Override
  public Future<Page> newest(TenantId tenant, String kind, int skip, int limit) {
    if (!isBetween(limit, MAX_PAGE)) {
      return tooMany();
    }
    return list(ClientTaskSql.NEWEST, Rows.arguments(tenant.value(), kind, skip, limit, look))
        .compose(found -> page(tenant, FIRST, LAST, found, limit));
  }

  @Override
  public Future<Page> search(TenantId tenant, Search search, int limit) {
    if (!isBetween(limit, MAX_PAGE + 1)) {
      return tooMany();
    }
    JobId before = search.before();
    UUID until = first(search.until());
    UUID end = before == null || before.value().compareTo(until) > 0 ? until : before.value();
    UUID start = first(search.from());
    return list(
            ClientTaskSql.SEARCH,
            Rows.arguments(
                tenant.value(),
                start,
                end,
                search.kinds().toArray(String[]::new),
                search.states().stream().map(JobState::text).toArray(String[]::new),
                limit,
                look))
        .compose(found -> page(tenant, start, end, found, limit));
  }

  /** Only a page that is not full can have ended at the bound of the look. */
  private Future<Page> page(
      TenantId tenant, UUID start, UUID end, List<ClientTask> found, int limit) {
    if (found.size() == limit) {
      return Future.succeededFuture(new Page(found, null));
    }
    Tuple place = Tuple.of(tenant.value(), start, end, look);
    return Reads.list(pool, ClientTaskSql.LAST_LOOKED_AT, place, row -> Rows.jobId(row, "id"))
        .map(last -> new Page(found, last.isEmpty() ? null : last.get(0)));
  }

  /** Below every id that was made in that millisecond or later (RFC 9562, section 5.7). */
  private static UUID first(Instant at) {
    return new UUID(at.toEpochMilli() << 16, 0);
  }

  private static boolean isBetween(int limit, int most) {
    return limit >= 1 && limit <= most;
  }

  private static <T> Future<T> tooMany() {
    return Future.failedFuture(
        new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " tasks"));
  }

  private Future<List<ClientTask>> list(String sql, Tuple arguments) {
    return Reads.list(pool, sql, arguments, PgClientTasks::task);
  }

  private static ClientTask task(Row row) {
    return new ClientTask(
        Rows.jobId(row, "id"),
        Rows.tenant(row, "tenant_id"),
        row.getLong("public_number"),
        row.getString("client_external_id"),
        row.getString("kind"),
        JobState.parse(row.getString("state")),
        Rows.error(row),
        Rows.outputs(row.getString("outputs")),
        Asset.parse(row.getString("asset")),
        Rows.creditsOrNull(row, "charged"),
        Rows.instant(row, "accepted_at"),
        Rows.instant(row, "updated_at"),
        Boolean.TRUE.equals(row.getBoolean("watermark")),
        uses(row.getString("uses")));
  }

  private static Map<String, String> uses(@Nullable String json) {
    if (json == null) {
      return Map.of();
    }
    Map<String, String> uses = new HashMap<>();
    new JsonObject(json)
        .forEach(
            use -> {
              if (use.getValue() instanceof String id) {
                uses.put(use.getKey(), id);
              }
            });
    return uses;
  }
}
