package dev.backlot.store;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.input.Part;
import dev.backlot.domain.input.Parts;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.TimeoutPolicy;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The only place where values are converted between Java and the database. */
final class Rows {
  private static final Map<Integer, ErrorCode> CODES =
      Arrays.stream(ErrorCode.values())
          .collect(Collectors.toUnmodifiableMap(ErrorCode::number, Function.identity()));

  private Rows() {}

  /** One argument array of an {@code unnest}: a value of each item, in their order. */
  static <T, R> @Nullable R[] column(
      List<T> items, Function<? super T, ? extends @Nullable R> value, IntFunction<R[]> array) {
    @Nullable R[] column = array.apply(items.size());
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(items.get(i));
    }
    return column;
  }

  /** The arguments of a statement, in their order; arrays are one argument each. */
  static Tuple arguments(@Nullable Object... values) {
    return Tuple.wrap(values);
  }

  /** PostgreSQL keeps microseconds; what it would round is cut here, so that reads equal writes. */
  static OffsetDateTime time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  static @Nullable OffsetDateTime timeOrNull(@Nullable Instant instant) {
    return instant == null ? null : time(instant);
  }

  static Instant instant(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  static @Nullable Instant instantOrNull(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  static Numeric numeric(Credits credits) {
    return Numeric.create(credits.value());
  }

  /** For a column of amounts some of which are null: the client cannot encode null as numeric. */
  static @Nullable String decimalOrNull(@Nullable Credits credits) {
    return credits == null ? null : credits.toString();
  }

  static Credits credits(Row row, String column) {
    return new Credits(row.getBigDecimal(column));
  }

  static @Nullable Credits creditsOrNull(Row row, String column) {
    return row.getBigDecimal(column) == null ? null : credits(row, column);
  }

  static Buffer bytes(String hex) {
    return Buffer.buffer(HexFormat.of().parseHex(hex));
  }

  /** All parts, one behind the other, without a copy of them: they may be tens of megabytes. */
  static Buffer bytes(Parts parts) {
    return BufferInternal.buffer(
        Unpooled.wrappedBuffer(parts.all().stream().map(Part::buffer).toArray(ByteBuffer[]::new)));
  }

  static TenantId tenant(Row row, String column) {
    return new TenantId(row.getUUID(column));
  }

  static JobId jobId(Row row, String column) {
    return new JobId(row.getUUID(column));
  }

  /** The columns that name an attempt, its job and the fence. */
  static AttemptRef attemptRef(Row row) {
    return new AttemptRef(
        new AttemptId(row.getUUID("attempt")),
        jobId(row, "job"),
        tenant(row, "tenant_id"),
        row.getLong("fence"),
        row.getString("account_id"),
        row.getString("path"),
        row.getString("external_id"));
  }

  /** One of a newer version is one of ours: a row that it has written must not hide the others. */
  static ErrorCode errorCode(int number) {
    return CODES.getOrDefault(number, ErrorCode.INTERNAL);
  }

  /** Of a job that waits, with its input and what it is pinned to as text. */
  static QueuedJob queuedJob(Row row) {
    return new QueuedJob(
        jobId(row, "id"),
        row.getString("kind"),
        row.getString("model"),
        row.getString("pool_id"),
        row.getString("slot_class"),
        row.getInteger("slots"),
        row.getString("input"),
        row.getInteger("attempts"),
        pinned(row.getString("pinned")));
  }

  /** A row of {@link JobSql#SELECT}. */
  static Job job(Row row) {
    return new Job(
        jobId(row, "id"),
        tenant(row, "tenant_id"),
        row.getLong("public_number"),
        row.getString("kind"),
        row.getString("model"),
        row.getString("input"),
        row.getString("metadata"),
        row.getInteger("priority"),
        JobState.parse(row.getString("state")),
        row.getInteger("version"),
        row.getBoolean("cancel_requested"),
        row.getBoolean("overdue"),
        Asset.parse(row.getString("asset")),
        credits(row, "cost"),
        creditsOrNull(row, "charged"),
        row.getString("price_version"),
        error(row),
        outputs(row.getString("outputs")),
        instant(row, "accepted_at"),
        instant(row, "updated_at"),
        instantOrNull(row, "started_at"),
        instantOrNull(row, "ended_at"),
        terms(row),
        row.getString("held_reason"));
  }

  static @Nullable TimeoutPolicy timeoutPolicyOrNull(Row row) {
    String policy = row.getString("on_timeout");
    return policy == null ? null : TimeoutPolicy.parse(policy);
  }

  private static Terms terms(Row row) {
    UUID batch = row.getUUID("batch_id");
    return new Terms(
        instant(row, "start_at"),
        instantOrNull(row, "expires_at"),
        row.getBoolean("fallback"),
        timeoutPolicyOrNull(row),
        batch == null ? null : new BatchItem(batch, row.getInteger("batch_item")));
  }

  /** The text of the {@code job.outputs} column. */
  static String outputsText(List<Output> outputs) {
    return outputsJson(outputs).encode();
  }

  /** For events, which tenants read. */
  static JsonArray shownOutputsJson(List<Output> outputs) {
    return outputsJson(outputs.stream().map(Output::shown).toList());
  }

  private static JsonArray outputsJson(List<Output> outputs) {
    JsonArray array = new JsonArray();
    for (Output output : outputs) {
      JsonObject object = new JsonObject().put("n", output.n()).put("type", output.type());
      if (output.duration() != null) {
        object.put("duration", output.duration());
      }
      if (output.watermark()) {
        object.put("watermark", true);
      }
      if (!output.isUsual()) {
        object.put("place", output.place());
      }
      if (output.theirs() != null) {
        object.put("theirs", output.theirs());
      }
      if (output.name() != null) {
        object.put("name", output.name());
      }
      array.add(object);
    }
    return array;
  }

  static List<Output> outputs(String text) {
    return new JsonArray(text).stream().map(JsonObject.class::cast).map(Rows::output).toList();
  }

  private static Output output(JsonObject object) {
    Output usual =
        new Output(
            object.getInteger("n"),
            object.getString("type"),
            object.getString("duration"),
            object.getBoolean("watermark", false));
    return new Output(
        usual.n(),
        usual.type(),
        usual.duration(),
        usual.watermark(),
        object.getString("place", usual.place()),
        object.getString("theirs"),
        object.getString("name"));
  }

  /** The text of the {@code job.pinned} column. */
  static @Nullable String pinnedText(@Nullable Pinned pinned) {
    return pinned == null
        ? null
        : new JsonObject()
            .put("account", pinned.account())
            .put("ids", new JsonObject(new TreeMap<>(pinned.ids())))
            .encode();
  }

  static @Nullable Pinned pinned(@Nullable String text) {
    if (text == null) {
      return null;
    }
    JsonObject json = new JsonObject(text);
    Map<String, String> ids = new HashMap<>();
    json.getJsonObject("ids").forEach(id -> ids.put(id.getKey(), (String) id.getValue()));
    return new Pinned(json.getString("account"), ids);
  }

  static @Nullable JobError error(Row row) {
    Integer number = row.getInteger("error_number");
    if (number == null) {
      return null;
    }
    String detail = row.getString("error_detail");
    return new JobError(errorCode(number), detail == null ? "" : detail);
  }
}
