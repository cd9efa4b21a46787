package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Charges;
import dev.backlot.simulator.ClipPrices.Use;
import io.vertx.core.json.JsonObject;

/**
 * A row of the billing export (reference, section 7). That calls which are answered at once have
 * rows too, under an id that only speech tells, is an assumption.
 */
final class DeductionJson {
  /** The account has one key, and a token counts as that. */
  static final String API_KEY_NAME = "simulator";

  private DeductionJson() {}

  static JsonObject row(Deduction deduction, Charges charges) {
    TaskRequest request = deduction.task().request();
    Use use = request.use();
    JsonObject row =
        new JsonObject()
            .put("task_id", deduction.task().id())
            .put("api_key_name", API_KEY_NAME)
            .put("product_function", request.product().label())
            .put("model_name", request.model())
            .put("resolution", request.mode())
            .put("duration", String.valueOf(request.seconds()))
            .put("refer_video_input", use == Use.VIDEO_INPUT)
            .put("video_sound", use == Use.SOUND || use == Use.VOICES)
            .put("voice_control", use == Use.VOICES)
            .put("deduction_time", String.valueOf(deduction.at()))
            .put("deduction_amount", TaskJson.text(deduction.amount()));
    return charges == Charges.CASH ? cash(row, deduction) : units(row, deduction);
  }

  private static JsonObject cash(JsonObject row, Deduction deduction) {
    return row.put("cash_type", "balance")
        .put("balance_before_deduction", TaskJson.text(deduction.before()))
        .put("balance_after_deduction", TaskJson.text(deduction.after()))
        .put("list_price", TaskJson.text(deduction.amount()))
        .put("currency", Money.CURRENCY);
  }

  private static JsonObject units(JsonObject row, Deduction deduction) {
    PackType type = deduction.task().request().product().pack();
    return row.put("package_id", type.packageId())
        .put("product_type", type.text())
        .put("unit_before_deduction", TaskJson.text(deduction.before()))
        .put("unit_after_deduction", TaskJson.text(deduction.after()));
  }
}
