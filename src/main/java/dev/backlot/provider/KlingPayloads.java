package dev.backlot.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.TaskReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Kling's JSON (Kling reference, sections 2.4, 3 and 14), tolerantly: numbers where strings
 * were promised and the reverse, members that are missing, states that nobody documented.
 */
final class KlingPayloads {
  private static final Logger LOG = LoggerFactory.getLogger(KlingPayloads.class);
  private static final String WATERMARK_URL = "watermark_url";
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  /** Visible ASCII, without the comma that parts several ids in one query. */
  private static final Pattern ID = Pattern.compile("[!-~&&[^,]]{1,128}");

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}([.][0-9]{1,9})?");
  private static final int MAX_CURSOR = 4_096;
  private static final int MAX_STATUS = 32;
  private static final int MAX_NAME = 64;
  private static final int MAX_NUMBER = 40;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private KlingPayloads() {}

  /** Reads an answer whatever its HTTP status: only the envelope counts. */
  static Reply reply(byte[] body) {
    JsonNode root = parse(body);
    if (!root.isObject()) {
      return new Reply.Unusable("not an envelope");
    }
    Optional<Integer> number = integer(root.path("code"));
    if (number.isEmpty()) {
      return new Reply.Unusable("an envelope without code");
    }
    if (number.get() == 0) {
      return new Reply.Success(root.path("data"));
    }
    return KlingError.of(number.get())
        .<Reply>map(error -> new Reply.Failure(error, root.path("message").asText("")))
        .orElseGet(() -> new Reply.Unusable("a code outside the table"));
  }

  /**
   * The task id of a create's or query's data, in either dialect. One of other characters than
   * {@link #ID} is none: it could be neither kept nor asked for.
   */
  static Optional<String> taskId(JsonNode task) {
    return text(task, "task_id").or(() -> text(task, "id")).filter(KlingPayloads::isId);
  }

  /** Whether it can be kept as the place where a list goes on. */
  static boolean isPlace(String cursor) {
    return !cursor.isEmpty()
        && cursor.length() <= MAX_CURSOR
        && cursor.chars().noneMatch(Character::isISOControl);
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /**
   * The body of a search for tasks.
   *
   * @param cursor of the page before, which then overrides the time; null for the first page
   */
  static String search(Instant from, int limit, @Nullable String cursor) {
    ObjectNode body = JSON.createObjectNode().put("limit", limit);
    return (cursor == null
            ? body.put("start_time", from.toEpochMilli())
            : body.put("cursor", cursor))
        .toString();
  }

  /**
   * The body of a question to the billing export.
   *
   * @param until exclusive; the export's own end is not
   * @param cursor of the page before, which then overrides the times; null for the first page
   */
  static String billing(Instant from, Instant until, int limit, @Nullable String cursor) {
    ObjectNode body = JSON.createObjectNode().put("limit", limit);
    return (cursor == null
            ? body.put("start_time", from.toEpochMilli()).put("end_time", until.toEpochMilli() - 1)
            : body.put("cursor", cursor))
        .toString();
  }

  /** Our own id, as the provider gives it back, in either dialect. */
  static Optional<String> externalId(JsonNode task) {
    return text(task.path("task_info"), "external_task_id").or(() -> text(task, "external_id"));
  }

  /** When the task was made, by the provider's clock. */
  static Optional<Instant> createdAt(JsonNode task) {
    return text(task, "created_at")
        .or(() -> text(task, "create_time"))
        .flatMap(KlingPayloads::time);
  }

  /** Of a task that has ended: its last change was its end. */
  private static TaskReport.@Nullable Times times(JsonNode task) {
    Optional<Instant> created = createdAt(task);
    return text(task, "updated_at")
        .or(() -> text(task, "update_time"))
        .flatMap(KlingPayloads::time)
        .filter(ended -> created.isPresent() && !ended.isBefore(created.get()))
        .map(ended -> new TaskReport.Times(created.get(), ended))
        .orElse(null);
  }

  /** What the data of a query says of its task, in either dialect; empty when it names none. */
  static Optional<TaskReport> report(JsonNode task) {
    return taskId(task).map(id -> report(id, task));
  }

  private static TaskReport report(String id, JsonNode task) {
    String status = text(task, "task_status").or(() -> text(task, "status")).orElse("");
    return switch (status) {
      case "succeed", "succeeded" -> succeeded(id, task);
      case "failed" -> failed(id, task);
      default -> new TaskReport.Pending(id, clip(status));
    };
  }

  /**
   * A task without a usable address has ended, and is billed, all the same: its outputs are
   * reported as they are counted, and fetching them fails.
   */
  private static TaskReport succeeded(String id, JsonNode task) {
    List<Output> outputs = new ArrayList<>();
    for (KlingFiles.File file : KlingFiles.of(task)) {
      JsonNode node = file.node();
      outputs.add(
          new Output(
              outputs.size(),
              file.type(),
              text(node, file.duration()).filter(KlingPayloads::isTime).orElse(null),
              text(node, WATERMARK_URL).isPresent(),
              file.place(),
              text(node, file.id()).filter(KlingPayloads::isId).orElse(null),
              text(node, file.name()).map(KlingPayloads::brief).orElse(null)));
    }
    if (outputs.isEmpty()) {
      LOG.atWarn().addKeyValue("taskId", id).log("task succeeded without an output");
    }
    return new TaskReport.Succeeded(id, outputs, deduction(id, task), task.toString(), times(task));
  }

  /** What it was called, which is never longer than this; without what no database keeps. */
  private static String brief(String name) {
    String kept = name.replace("\0", "");
    return kept.substring(0, Math.min(kept.length(), MAX_NAME));
  }

  private static boolean isTime(String seconds) {
    return SECONDS.matcher(seconds).matches();
  }

  private static TaskReport failed(String id, JsonNode task) {
    String words = text(task, "task_status_msg").or(() -> text(task, "message")).orElse("");
    ErrorCode code = FailureReasons.classify(words);
    return new TaskReport.Failed(
        id, code, FailureReasons.userText(code), deduction(id, task), task.toString(), times(task));
  }

  /** Exact, or nothing: an amount that cannot be kept exactly is left to the reconciliation. */
  static @Nullable Credits deduction(String id, JsonNode task) {
    List<String> amounts = unitAmounts(task);
    if (amounts.isEmpty()) {
      return null;
    }
    try {
      BigDecimal sum = BigDecimal.ZERO;
      for (String amount : amounts) {
        sum = sum.add(unsigned(amount));
      }
      return new Credits(sum);
    } catch (ArithmeticException | NumberFormatException notExact) {
      // The line below says so.
    }
    LOG.atWarn().addKeyValue("taskId", id).log("deduction is not an amount of credits");
    return null;
  }

  /** What was taken from resource packs; money is not, and left to the reconciliation. */
  private static List<String> unitAmounts(JsonNode task) {
    List<String> amounts = new ArrayList<>();
    text(task, "final_unit_deduction").ifPresent(amounts::add);
    for (JsonNode bill : task.path("billing")) {
      if (text(bill, "charge_type").filter("unit"::equals).isPresent()) {
        text(bill, "amount").ifPresent(amounts::add);
      }
    }
    return amounts;
  }

  private static BigDecimal unsigned(String text) {
    BigDecimal value = number(text);
    if (value.signum() < 0 || Math.abs(value.scale()) > MAX_NUMBER) {
      throw new ArithmeticException("not an amount");
    }
    return value;
  }

  /** The source address of output n of a raw payload; empty when there is none. */
  static Optional<String> sourceUrl(String raw, int n, boolean watermark) {
    try {
      List<KlingFiles.File> files = KlingFiles.of(JSON.readTree(raw));
      if (n < 0 || n >= files.size()) {
        return Optional.empty();
      }
      KlingFiles.File file = files.get(n);
      return text(file.node(), watermark ? WATERMARK_URL : file.url());
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  /** Whether some of its images are several of one thing. */
  static boolean isGrouped(String raw) {
    return raw.contains("\"group_id\"");
  }

  /** Reads an answer token by token. */
  static JsonParser parser(byte[] body) throws IOException {
    return JSON.createParser(body);
  }

  /** A part of an answer that a parser has found to be whole. */
  static JsonNode tree(byte[] body, int from, int to) throws IOException {
    return JSON.readTree(body, from, to - from);
  }

  private static JsonNode parse(byte[] body) {
    try {
      JsonNode root = JSON.readTree(body);
      return root == null ? MissingNode.getInstance() : root;
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** A string that is not blank, or a number as text. */
  static Optional<String> text(JsonNode node, String member) {
    JsonNode value = node.path(member);
    if (!value.isTextual() && !value.isNumber()) {
      return Optional.empty();
    }
    return Optional.of(value.asText().strip()).filter(text -> !text.isEmpty());
  }

  private static Optional<Integer> integer(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.canConvertToInt() ? Optional.of(value.intValue()) : Optional.empty();
    }
    if (!value.isTextual()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Integer.parseInt(value.textValue()));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  static Optional<Instant> time(String millis) {
    try {
      return Optional.of(Instant.ofEpochMilli(number(millis).longValueExact()))
          .filter(time -> !time.isBefore(Instant.EPOCH) && time.isBefore(LATEST));
    } catch (ArithmeticException | NumberFormatException notMillis) {
      return Optional.empty();
    }
  }

  static BigDecimal number(String text) {
    if (text.length() > MAX_NUMBER) {
      throw new NumberFormatException("more than " + MAX_NUMBER + " characters");
    }
    return new BigDecimal(text);
  }

  private static String clip(String status) {
    String word = status.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "");
    return word.substring(0, Math.min(word.length(), MAX_STATUS));
  }
}
