package dev.backlot.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import dev.backlot.domain.job.SubmitOutcome;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The error table (Kling reference, section 8), walked over HTTP row by row. */
class KlingErrorTest {
  private static KlingFixture kling;

  @BeforeAll
  static void start() throws Exception {
    kling = new KlingFixture();
  }

  @AfterAll
  static void stop() throws Exception {
    kling.close();
  }

  @ParameterizedTest
  @CsvSource({
    "401, 1000, PROVIDER_AUTHENTICATION",
    "401, 1001, PROVIDER_AUTHENTICATION",
    "401, 1002, PROVIDER_AUTHENTICATION",
    "401, 1003, PROVIDER_AUTHENTICATION",
    "401, 1004, PROVIDER_AUTHENTICATION",
    "429, 1100, PROVIDER_ACCOUNT",
    "429, 1101, PROVIDER_CREDIT",
    "429, 1102, PROVIDER_CREDIT",
    "403, 1103, MODEL_NOT_GRANTED",
    "400, 1200, PROVIDER_REJECTED",
    "400, 1201, PROVIDER_REJECTED",
    "404, 1202, PROVIDER_REJECTED",
    "404, 1203, MODEL_UNAVAILABLE",
    "400, 1300, CONTENT_REJECTED",
    "400, 1301, CONTENT_REJECTED",
    "429, 1302, PROVIDER_RATE_LIMITED",
    "429, 1303, PROVIDER_BUSY",
    "429, 1304, PROVIDER_ACCOUNT",
    "503, 5001, PROVIDER_UNAVAILABLE"
  })
  void these_codes_refuse_a_create(int status, int number, ErrorCode code) throws Exception {
    SubmitOutcome outcome = create(status, number);

    assertThat(outcome).isInstanceOf(SubmitOutcome.Refused.class);
    SubmitOutcome.Refused refused = (SubmitOutcome.Refused) outcome;
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.providerCode()).isEqualTo(number);
    assertThat(refused.duplicate()).isEqualTo(number == 1201);
  }

  @ParameterizedTest
  @CsvSource({"500, 5000", "504, 5002"})
  void these_codes_leave_a_create_unknown(int status, int number) throws Exception {
    assertThat(create(status, number)).isEqualTo(new SubmitOutcome.Unknown("code " + number));
  }

  @Test
  void the_table_is_complete() {
    assertThat(Arrays.stream(KlingError.values()).mapToInt(KlingError::number))
        .containsExactlyInAnyOrder(
            1000, 1001, 1002, 1003, 1004, 1100, 1101, 1102, 1103, 1200, 1201, 1202, 1203, 1300,
            1301, 1302, 1303, 1304, 5000, 5001, 5002);
  }

  @Test
  void exactly_these_codes_may_be_repeated() {
    var byRetry =
        Arrays.stream(KlingError.values())
            .collect(
                Collectors.groupingBy(
                    KlingError::retry,
                    Collectors.mapping(KlingError::number, Collectors.toCollection(TreeSet::new))));

    assertThat(byRetry.get(KlingError.Retry.NEW_TOKEN)).containsExactly(1003, 1004);
    assertThat(byRetry.get(KlingError.Retry.LATER)).containsExactly(1302, 1303, 5001);
    assertThat(byRetry.get(KlingError.Retry.AFTER_LOOK_UP)).containsExactly(5000, 5002);
  }

  @Test
  void exactly_these_codes_park_the_account() {
    assertThat(
            Arrays.stream(KlingError.values())
                .filter(KlingError::parksAccount)
                .mapToInt(KlingError::number))
        .containsExactly(1000, 1001, 1002, 1003, 1004, 1100, 1101, 1304);
  }

  @Test
  void exactly_this_code_parks_a_pack_of_it() {
    assertThat(Arrays.stream(KlingError.values()).filter(KlingError::parksPack))
        .containsExactly(KlingError.PACK_USED_UP);
  }

  @Test
  void four_of_the_six_codes_with_status_429_are_not_worth_repeating() {
    assertThat(
            IntStream.of(1100, 1101, 1102, 1302, 1303, 1304)
                .mapToObj(number -> KlingError.of(number).orElseThrow())
                .filter(error -> error.retry() == KlingError.Retry.NEVER))
        .hasSize(4);
  }

  @ParameterizedTest
  @EnumSource
  void the_text_for_the_tenant_names_no_provider_and_quotes_nothing(KlingError error) {
    String text = error.userText("canary of the provider, kling-v1, https://klingai.com");

    assertThat(text).isNotBlank();
    assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain("kling", "canary", "http");
  }

  @ParameterizedTest
  @EnumSource
  void a_discontinued_model_changes_the_text_alone(KlingError error) {
    String text = error.userText("The model 'kling-v1' has been discontinued");

    assertThat(text).contains("no longer offered").doesNotContain("kling");
  }

  @ParameterizedTest
  @EnumSource
  void whatever_is_ambiguous_is_unknown(KlingError error) {
    assertThat(error.effect() == KlingError.Effect.UNKNOWN)
        .isEqualTo(error.code().kind() == ErrorKind.AMBIGUOUS);
  }

  private static SubmitOutcome create(int status, int number) throws Exception {
    // An API key, so that 1003 and 1004 are not repeated.
    KlingClient client = kling.client(KlingConfigs.withApiKey(kling.stub.address()));
    kling.stub.nextCreate(KlingStub.answer(status, KlingStub.error(number, "words")));
    return kling.create(client);
  }
}
