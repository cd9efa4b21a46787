package dev.backlot.store;

import dev.backlot.config.DatabaseConfig.Failover;
import dev.backlot.port.Durability;
import dev.backlot.port.Standbys;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compares what the server says with what {@code database.failover} promises: {@code none} asks for
 * the primary's own disk, {@code synchronous} for a standby too. With {@code managed} the operator
 * answers for the disks, and only a commit that waits for nothing is a shortcoming.
 */
public final class PgDurability implements Durability, Standbys {
  /** Values of {@code synchronous_commit} with which a commit waits for a standby. */
  private static final Set<String> WAITING = Set.of("on", "remote_apply", "remote_write");

  private final Pool pool;
  private final Failover failover;

  /** The statements that waited at the look before. */
  private volatile Set<String> waited = Set.of();

  public PgDurability(Pool pool, Failover failover) {
    this.pool = pool;
    this.failover = failover;
  }

  @Override
  public Future<List<String>> shortcomings() {
    return Reads.list(pool, DurabilitySql.LOOK, Tuple.tuple(), this::judge)
        .map(rows -> rows.get(0));
  }

  @Override
  public Future<Boolean> commitsWait() {
    if (failover != Failover.SYNCHRONOUS) {
      return Future.succeededFuture(false);
    }
    return Reads.list(pool, DurabilitySql.LOOK, Tuple.tuple(), this::commitsWait)
        .map(rows -> rows.get(0));
  }

  private boolean commitsWait(Row row) {
    boolean hangs = hangs(row);
    waited = Set.of(row.getArrayOfStrings("waiting"));
    return !row.getString("standby_names").isBlank()
        && WAITING.contains(row.getString("synchronous_commit"))
        && ((row.getBoolean("may_look") && missing(row) > 0) || hangs);
  }

  /**
   * A standby may be connected and silent, for as long as {@code wal_sender_timeout}. One look
   * would take a statement for hanging that has worked for long and waits only now.
   */
  private boolean hangs(Row row) {
    return Stream.of(row.getArrayOfStrings("waiting_long")).anyMatch(waited::contains);
  }

  private static long missing(Row row) {
    return StandbyNames.needed(row.getString("standby_names")) - row.getLong("standbys");
  }

  private List<String> judge(Row row) {
    List<String> missing = new ArrayList<>();
    if (row.getString("synchronous_commit").equals("off")) {
      missing.add("synchronous_commit is off: set it to on in PostgreSQL.");
    }
    if (failover == Failover.MANAGED) {
      return missing;
    }
    requireOn(row, "fsync", missing);
    requireOn(row, "full_page_writes", missing);
    if (failover == Failover.SYNCHRONOUS) {
      judgeStandbys(row, missing);
    }
    return missing;
  }

  private static void requireOn(Row row, String setting, List<String> missing) {
    if (!row.getString(setting).equals("on")) {
      missing.add(setting + " is off: set it to on in PostgreSQL.");
    }
  }

  private void judgeStandbys(Row row, List<String> missing) {
    if (row.getString("synchronous_commit").equals("local")) {
      missing.add(
          "synchronous_commit is local, so commits wait for no standby: set it to on in"
              + " PostgreSQL.");
    }
    if (row.getString("synchronous_commit").equals("remote_write")) {
      missing.add(
          "synchronous_commit is remote_write, so a standby may lose what it has not yet written to"
              + " its disk: set it to on in PostgreSQL.");
    }
    if (row.getString("standby_names").isBlank()) {
      missing.add(
          "synchronous_standby_names is empty, so commits wait for no standby: name your standbys"
              + " in it.");
      return;
    }
    if (!row.getBoolean("may_look")) {
      missing.add(
          "the standbys cannot be seen: GRANT pg_read_all_stats TO the role of database.app-user.");
      return;
    }
    if (missing(row) > 0) {
      missing.add(
          (row.getLong("standbys") == 0 ? "no" : "not every")
              + " synchronous standby is connected (pg_stat_replication.sync_state): start what"
              + " synchronous_standby_names names.");
    } else if (hangs(row)) {
      missing.add(
          "commits wait for a synchronous standby that is connected and does not answer: see that"
              + " standby and the network to it.");
    }
  }
}
