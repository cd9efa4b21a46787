package dev.backlot.drill;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.simulator.BookedTask;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what the installation has written down, past all nodes. Blocking. */
final class Auditor {
  private static final String OPEN = "('queued', 'held', 'submitting', 'running', 'storing')";

  private final String url;

  /**
   * @param database its name, on a server of this machine that trusts who connects
   */
  Auditor(int port, String database) {
    this.url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Jobs that have not ended. */
  int open() {
    return number("SELECT count(*) FROM job WHERE state IN " + OPEN);
  }

  int ended() {
    return number("SELECT count(*) FROM job WHERE state NOT IN " + OPEN);
  }

  /** By state. */
  Map<String, Integer> states() {
    Map<String, Integer> states = new HashMap<>();
    rows("SELECT state, count(*) FROM job GROUP BY 1")
        .forEach(row -> states.put(row.get(0), Integer.parseInt(row.get(1))));
    return states;
  }

  Set<String> jobs() {
    Set<String> ids = new HashSet<>();
    rows("SELECT id FROM job").forEach(row -> ids.add(row.get(0)));
    return ids;
  }

  /** Jobs at work for which the last process of this name answers. */
  int ownedBy(String node) {
    return number(
        """
        SELECT count(*) FROM job JOIN node ON node.id = job.owner AND node.epoch = job.epoch
         WHERE job.state IN ('submitting', 'running', 'storing') AND node.name = '%s'
           AND node.started_at = (SELECT max(started_at) FROM node WHERE name = '%1$s')"""
            .formatted(node));
  }

  /** One line for each event, in the order of the log: job, version and type. */
  List<String> events() {
    return rows("SELECT job_id || ' ' || job_version || ' ' || type FROM event ORDER BY position")
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  /** Jobs whose events leave a version out or tell one twice, or do not end as the job has. */
  List<String> brokenStories() {
    return rows(
            """
        SELECT job.id
          FROM job LEFT JOIN event ON event.job_id = job.id
         GROUP BY job.id, job.version, job.state
        HAVING count(event.position) <> job.version
            OR count(DISTINCT event.job_version) <> job.version
            OR max(event.job_version) <> job.version
            OR (array_agg(event.type ORDER BY event.position))[job.version]
                 IS DISTINCT FROM 'job.' || job.state
         ORDER BY job.id""")
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  /** Jobs that have not succeeded although the provider bills a task of theirs. */
  List<String> paidForNothing(Collection<BookedTask> tasks) {
    Map<String, String> jobs = jobsByExternalId();
    Map<String, String> states = pairs("SELECT id, state FROM job");
    return tasks.stream()
        .filter(task -> task.billed().signum() > 0)
        .map(task -> jobs.getOrDefault(task.externalId(), ""))
        .filter(job -> !states.getOrDefault(job, "succeeded").equals("succeeded"))
        .toList();
  }

  /** Jobs with more than one task that the provider bills. */
  List<String> paidTwice(Collection<BookedTask> tasks) {
    Map<String, String> jobs = jobsByExternalId();
    Map<String, Integer> billed = new HashMap<>();
    for (BookedTask task : tasks) {
      if (task.billed().signum() > 0) {
        billed.merge(jobs.getOrDefault(task.externalId(), task.taskId()), 1, Integer::sum);
      }
    }
    return billed.entrySet().stream()
        .filter(job -> job.getValue() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Tasks at the provider that no attempt of ours made. */
  List<String> strangers(Collection<BookedTask> tasks) {
    Map<String, String> jobs = jobsByExternalId();
    return tasks.stream()
        .map(BookedTask::externalId)
        .filter(id -> id == null || !jobs.containsKey(id))
        .toList();
  }

  int openReservations() {
    return number("SELECT count(*) FROM reservation WHERE outcome = 'open'");
  }

  /** Slots that are counted as taken. */
  int slotsTaken() {
    return number("SELECT coalesce(sum(in_flight), 0) FROM slot");
  }

  /** Balances that are not what the ledger's transfers add up to. */
  int crookedBalances() {
    return number(
        """
        SELECT count(*) FROM balance
         WHERE available <> (SELECT coalesce(sum(CASE WHEN transfer.credit_account = account.id
                                                 THEN amount ELSE -amount END), 0)
                               FROM ledger_account account
                               JOIN transfer ON account.id IN (credit_account, debit_account)
                              WHERE account.tenant_id = balance.tenant_id
                                AND account.asset = balance.asset AND account.role = 'available')""");
  }

  /** What is booked of an asset under these roles together. */
  BigDecimal booked(String asset, String... roles) {
    return new BigDecimal(
        rows("""
             SELECT coalesce(sum(CASE WHEN transfer.credit_account = account.id
                                 THEN amount ELSE -amount END), 0)
               FROM ledger_account account
               JOIN transfer ON account.id IN (credit_account, debit_account)
              WHERE account.asset = '%s' AND account.role IN ('%s')"""
                .formatted(asset, String.join("', '", roles)))
            .get(0)
            .get(0));
  }

  /** Ids of jobs by what Kling's API calls them. */
  Map<String, String> jobsByPublicNumber() {
    return pairs("SELECT public_number, id FROM job");
  }

  /** States of jobs by what Kling's API calls them. */
  Map<String, String> statesByPublicNumber() {
    return pairs("SELECT public_number, state FROM job");
  }

  /** Ids of jobs by what their tasks are called at the provider. */
  Map<String, String> jobsByExternalId() {
    return pairs("SELECT external_id, job_id FROM attempt");
  }

  private Map<String, String> pairs(String sql) {
    Map<String, String> pairs = new HashMap<>();
    rows(sql).forEach(row -> pairs.put(row.get(0), row.get(1)));
    return pairs;
  }

  private int number(String sql) {
    return Integer.parseInt(rows(sql).get(0).get(0));
  }

  private List<List<String>> rows(String sql) {
    try (Connection connection = DriverManager.getConnection(url, DatabaseConfig.APP, "");
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      int columns = found.getMetaData().getColumnCount();
      List<List<String>> rows = new ArrayList<>();
      while (found.next()) {
        List<String> row = new ArrayList<>(columns);
        for (int column = 1; column <= columns; column++) {
          row.add(found.getString(column));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException failure) {
      throw new IllegalStateException("the database did not answer the drill", failure);
    }
  }
}
