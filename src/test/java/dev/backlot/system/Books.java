package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.DatabaseConfig;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Compares our books with the simulator's own. */
final class Books {
  private final BacklotProcess process;
  private final String control;

  Books(BacklotProcess process) {
    this(process, process.control());
  }

  /**
   * @param control of a simulator that is not in the process
   */
  Books(BacklotProcess process, String control) {
    this.process = process;
    this.control = control;
  }

  JsonObject simulator() {
    return Api.json(control + "/books");
  }

  /** No task was made twice, none is without a job, and every credit is accounted for. */
  void assertExact() {
    assertThat(simulator().getJsonObject("repeated_external_ids")).isEmpty();
    assertThat(text("SELECT count(*) FROM reservation WHERE outcome = 'open'")).isEqualTo("0");
    assertThat(
            text("SELECT count(*) FROM attempt WHERE state = 'succeeded' OR task_id IS NOT NULL"))
        .as("tasks that our attempts own, beside tasks that the simulator accepted")
        .isEqualTo(String.valueOf(simulator().getInteger("accepted")));
    // What tenants paid, and what we book as drift and loss, is Kling's bill (promise P3).
    JsonObject billed = simulator().getJsonObject("billed_by_pack");
    for (String pack : billed.fieldNames()) {
      String asset = pack + "_unit";
      assertThat(
              balance("spent", asset)
                  .add(balance("provider_drift", asset))
                  .add(balance("provider_loss", asset)))
          .as(asset)
          .isEqualByComparingTo(new BigDecimal(billed.getString(pack)));
    }
  }

  /** Video units that the accounts of a role hold, over all tenants. */
  BigDecimal balance(String role) {
    return balance(role, "video_unit");
  }

  private BigDecimal balance(String role, String asset) {
    return new BigDecimal(
        text(
            """
            SELECT coalesce(sum(CASE WHEN transfer.credit_account = account.id THEN amount ELSE -amount END), 0)
              FROM ledger_account account
              JOIN transfer ON account.id IN (transfer.credit_account, transfer.debit_account)
             WHERE account.role = '%s' AND account.asset = '%s'"""
                .formatted(role, asset)));
  }

  /** The secret part of the address that the provider was given for a job's only attempt. */
  String callbackToken(String job) {
    JsonObject body = new JsonObject(text("SELECT body FROM attempt WHERE job_id = '" + job + "'"));
    String url = body.getJsonObject("options", body).getString("callback_url");
    String prefix = process.api() + "/callbacks/kling/";
    assertThat(url).startsWith(prefix);
    return url.substring(prefix.length());
  }

  int number(String sql) {
    return Integer.parseInt(text(sql));
  }

  String text(String sql) {
    try (Connection connection =
            DriverManager.getConnection(process.jdbcUrl(), DatabaseConfig.APP, "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }
}
