package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

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

  Books(BacklotProcess process) {
    this.process = process;
  }

  JsonObject simulator() {
    return Api.json(process.control() + "/books");
  }

  /** No task was made twice, none is without a job, and every credit is accounted for. */
  void assertExact() {
    assertThat(simulator().getJsonObject("repeated_external_ids")).isEmpty();
    assertThat(text("SELECT count(*) FROM reservation WHERE outcome = 'open'")).isEqualTo("0");
    assertThat(
            text("SELECT count(*) FROM attempt WHERE state = 'succeeded' OR task_id IS NOT NULL"))
        .as("tasks that our attempts own, beside tasks that the simulator accepted")
        .isEqualTo(String.valueOf(simulator().getInteger("accepted")));
    assertThat(ours()).isEqualByComparingTo(new BigDecimal(simulator().getString("billed")));
  }

  /** What tenants paid, and what we book as drift and loss: Kling's bill (promise P3). */
  private BigDecimal ours() {
    return new BigDecimal(
        text(
            """
            SELECT coalesce(sum(CASE WHEN transfer.credit_account = account.id THEN amount ELSE -amount END), 0)
              FROM ledger_account account
              JOIN transfer ON account.id IN (transfer.credit_account, transfer.debit_account)
             WHERE account.role IN ('spent', 'provider_drift', 'provider_loss')
               AND account.asset = 'video_unit'"""));
  }

  String text(String sql) {
    String url = "jdbc:postgresql://127.0.0.1:" + process.ports().database() + "/backlot";
    try (Connection connection = DriverManager.getConnection(url, "backlot_app", "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }
}
