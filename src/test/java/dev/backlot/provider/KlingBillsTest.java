package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.BillingExports.Book;
import dev.backlot.port.BillingExports.Page;
import dev.backlot.port.BillingExports.Page.Read;
import dev.backlot.port.BillingExports.Page.Unread;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KlingBillsTest {
  private static final Predicate<String> PRICED =
      Set.of("identify-face", "image-recognize")::contains;
  private static final Instant AT = Instant.parse("2026-06-01T10:00:00Z");

  @Test
  void a_row_of_units_is_read_exactly() {
    assertThat(read(units("2.400000")).rows())
        .singleElement()
        .returns("task-1", BillRow::taskId)
        .returns(Asset.VIDEO_UNIT, BillRow::asset)
        .returns(Credits.of("2.4"), BillRow::amount)
        .returns(AT, BillRow::at);
  }

  @ParameterizedTest
  @CsvSource({
    "text2video,''",
    "identify-face,identify-face",
    "Image_Recognize,image-recognize",
    "tts,''",
    "'',''"
  })
  void a_call_that_has_a_price_is_told_from_a_task(String product, String call) {
    assertThat(read(units("1").put("product_function", product)).rows())
        .singleElement()
        .returns(call, BillRow::call);
  }

  @ParameterizedTest
  @CsvSource({"USD,USD", "usd,USD", "CNY,CNY"})
  void money_is_of_its_currency(String currency, Asset asset) {
    JsonObject row = row("0.336").put("currency", currency);

    assertThat(((Read) page(Book.BALANCE, row)).rows())
        .singleElement()
        .returns(asset, BillRow::asset)
        .returns(Credits.of("0.336"), BillRow::amount);
  }

  @Test
  void members_that_nobody_documented_are_passed_over() {
    assertThat(read(units("1").put("new", new JsonObject().put("a", 1))).rows()).hasSize(1);
  }

  @Test
  void something_given_back_is_below_zero() {
    assertThat(read(units("-1.5")).rows())
        .singleElement()
        .returns(Credits.of("-1.5"), BillRow::amount);
  }

  @ParameterizedTest
  @CsvSource({
    "deduction_amount,abc",
    "deduction_amount,0.0000001",
    "deduction_amount,1e99",
    "deduction_time,soon",
    "product_type,audio",
  })
  void a_row_that_says_too_little_is_told_apart(String member, String value) {
    Read page = read(units("1").put(member, value), units("2").put("task_id", "task-2"));

    assertThat(page.rows()).singleElement().returns("task-2", BillRow::taskId);
    assertThat(page.unreadable())
        .singleElement()
        .satisfies(row -> assertThat(row.taskId()).isEqualTo("task-1"));
  }

  @Test
  void a_row_without_a_task_is_told_apart() {
    assertThat(read(units("1").put("task_id", "")).unreadable())
        .singleElement()
        .satisfies(row -> assertThat(row.taskId()).isEmpty());
  }

  @Test
  void a_row_that_is_given_twice_has_one_key() {
    Read page = read(units("1"), units("1"));

    assertThat(page.rows().get(0).key()).isEqualTo(page.rows().get(1).key());
  }

  @Test
  void a_second_deduction_of_the_same_amount_has_a_key_of_its_own() {
    Read page = read(units("1"), units("1").put("unit_before_deduction", "99"));

    assertThat(page.rows().get(0).key()).isNotEqualTo(page.rows().get(1).key());
  }

  @Test
  void the_last_page_says_so() {
    assertThat(read(units("1")).next()).isNull();
  }

  @Test
  void a_page_tells_where_the_export_goes_on() {
    assertThat(((Read) KlingBills.page(more("next"), Book.PACKAGE, PRICED, null)).next())
        .isEqualTo("next");
  }

  @Test
  void an_export_that_goes_on_where_it_was_is_not_believed() {
    assertThat(KlingBills.page(more("same"), Book.PACKAGE, PRICED, "same"))
        .isInstanceOf(Unread.class);
  }

  /** Where a look goes on is kept, so that another node can take it over. */
  @Test
  void an_export_that_goes_on_where_nobody_can_keep_is_not_believed() {
    assertThat(KlingBills.page(more("a\u0000b"), Book.PACKAGE, PRICED, null))
        .isInstanceOf(Unread.class);
    assertThat(KlingBills.page(more("c".repeat(10_000)), Book.PACKAGE, PRICED, null))
        .isInstanceOf(Unread.class);
  }

  @Test
  void a_refusal_keeps_its_code() {
    Page page =
        KlingBills.page(reply(KlingStub.error(1302, "slow down")), Book.PACKAGE, PRICED, null);

    assertThat(page)
        .asInstanceOf(type(Unread.class))
        .satisfies(unread -> assertThat(unread.why().providerCode()).isEqualTo(1302))
        .satisfies(
            unread -> assertThat(unread.why().code()).isEqualTo(ErrorCode.PROVIDER_RATE_LIMITED));
  }

  @Test
  void an_answer_without_rows_is_no_export() {
    assertThat(
            KlingBills.page(reply(KlingStub.success(new JsonArray())), Book.PACKAGE, PRICED, null))
        .isInstanceOf(Unread.class);
  }

  private static JsonObject units(String amount) {
    return row(amount).put("product_type", "video").put("unit_before_deduction", "100");
  }

  private static JsonObject row(String amount) {
    return new JsonObject()
        .put("task_id", "task-1")
        .put("deduction_time", String.valueOf(AT.toEpochMilli()))
        .put("deduction_amount", amount);
  }

  private static Read read(JsonObject... rows) {
    return (Read) page(Book.PACKAGE, rows);
  }

  private static Page page(Book book, JsonObject... rows) {
    return KlingBills.page(reply(KlingStub.success(data("", false, rows))), book, PRICED, null);
  }

  private static Reply more(String cursor) {
    return reply(KlingStub.success(data(cursor, true, units("1"))));
  }

  private static JsonObject data(String cursor, boolean more, JsonObject... rows) {
    JsonArray detail = new JsonArray();
    for (JsonObject row : rows) {
      detail.add(row);
    }
    return new JsonObject()
        .put("result", new JsonObject().put("detail", detail).put("count", rows.length))
        .put("next_cursor", cursor)
        .put("has_more", more);
  }

  private static Reply reply(String body) {
    return KlingPayloads.reply(body.getBytes(UTF_8));
  }
}
