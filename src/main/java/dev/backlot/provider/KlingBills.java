package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.BillingExports.Book;
import dev.backlot.port.BillingExports.Page;
import dev.backlot.port.BillingExports.Unreadable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page of the billing export (Kling reference, section 7), tolerantly: a row that says too
 * little to be booked is told apart, and the others are read.
 */
final class KlingBills {
  private static final int KEY_BYTES = 16;

  /** What tells two deductions of one task apart, with its id, time and amount. */
  private static final List<String> IDENTITY =
      List.of(
          "task_id",
          "deduction_time",
          "deduction_amount",
          "package_id",
          "product_type",
          "currency",
          "cash_type",
          "unit_before_deduction",
          "unit_after_deduction",
          "balance_before_deduction",
          "balance_after_deduction");

  private KlingBills() {}

  static String path(Book book) {
    return switch (book) {
      case PACKAGE -> "/account/billing/package";
      case BALANCE -> "/account/billing/balance";
    };
  }

  /**
   * @param calls knows the names of calls that are answered at once and cost something
   * @param cursor with which the page was asked for; null for the first one
   */
  static Page page(Reply reply, Book book, Predicate<String> calls, @Nullable String cursor) {
    if (!(reply instanceof Reply.Success success)) {
      return unread(reply);
    }
    JsonNode detail = success.data().path("result").path("detail");
    if (!detail.isArray()) {
      return unread("the answer is not an export");
    }
    JsonNode more = success.data().path("has_more");
    if (more.isBoolean() && !more.booleanValue()) {
      return rows(detail, book, calls, null);
    }
    String next = success.data().path("next_cursor").asText("");
    return next.equals(cursor) || !KlingPayloads.isPlace(next)
        ? unread("the export breaks off")
        : rows(detail, book, calls, next);
  }

  private static Page rows(
      JsonNode detail, Book book, Predicate<String> calls, @Nullable String next) {
    List<BillRow> rows = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    for (JsonNode node : detail) {
      Optional<String> taskId = KlingPayloads.taskId(node);
      Optional<BillRow> row = taskId.flatMap(id -> row(id, node, book, calls));
      row.ifPresentOrElse(
          rows::add,
          () -> unreadable.add(new Unreadable(digest(node.toString()), taskId.orElse(""))));
    }
    return new Page.Read(rows, unreadable, next);
  }

  private static Optional<BillRow> row(
      String taskId, JsonNode node, Book book, Predicate<String> calls) {
    Optional<Asset> asset = book == Book.PACKAGE ? units(node) : money(node);
    Optional<Credits> amount =
        KlingPayloads.text(node, "deduction_amount").flatMap(KlingBills::exact);
    Optional<Instant> at = KlingPayloads.text(node, "deduction_time").flatMap(KlingPayloads::time);
    return asset.isPresent() && amount.isPresent() && at.isPresent()
        ? Optional.of(
            new BillRow(taskId, key(node), asset.get(), amount.get(), at.get(), call(node, calls)))
        : Optional.empty();
  }

  private static String call(JsonNode node, Predicate<String> calls) {
    return KlingPayloads.text(node, "product_function")
        .map(product -> product.toLowerCase(Locale.ROOT).replace('_', '-'))
        .filter(calls)
        .orElse("");
  }

  private static Optional<Asset> units(JsonNode node) {
    return KlingPayloads.text(node, "product_type")
        .map(type -> type.toLowerCase(Locale.ROOT))
        .flatMap(
            type ->
                switch (type) {
                  case "video" -> Optional.of(Asset.VIDEO_UNIT);
                  case "image" -> Optional.of(Asset.IMAGE_UNIT);
                  default -> Optional.empty();
                });
  }

  private static Optional<Asset> money(JsonNode node) {
    return KlingPayloads.text(node, "currency")
        .map(currency -> currency.toLowerCase(Locale.ROOT))
        .flatMap(
            currency ->
                switch (currency) {
                  case "usd" -> Optional.of(Asset.USD);
                  case "cny" -> Optional.of(Asset.CNY);
                  default -> Optional.empty();
                });
  }

  /** Exact, or nothing. It may be below zero: something that was given back. */
  private static Optional<Credits> exact(String text) {
    try {
      return Optional.of(new Credits(KlingPayloads.number(text)));
    } catch (ArithmeticException | NumberFormatException notExact) {
      return Optional.empty();
    }
  }

  /** A row that is given twice has the same balances before and after it; two deductions do not. */
  private static String key(JsonNode node) {
    StringBuilder identity = new StringBuilder();
    for (String member : IDENTITY) {
      identity.append(KlingPayloads.text(node, member).orElse("")).append('\n');
    }
    return digest(identity.toString());
  }

  private static String digest(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(digest, KEY_BYTES));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
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
}
