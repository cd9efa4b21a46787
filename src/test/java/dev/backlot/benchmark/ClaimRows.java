package dev.backlot.benchmark;

import dev.backlot.database.EmbeddedDatabase;
import dev.backlot.store.Migrations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a claim costs when a million jobs are queued, beside a thousand: of a thousand tenants in
 * both cases, in the same tables, one claim after the other.
 */
final class ClaimRows {
  private static final int FEW = 1_000;
  private static final int MANY = 1_000_000;
  private static final int SLICE = 100_000;
  private static final int BATCH = 10;
  private static final int WARM_UP = 20;
  private static final int CLAIMS = 60;
  private static final int SLOTS = 10_000;
  private static final String SLOT_CLASS = "kling-v2-6/video";

  /** Job number n is of tenant number n modulo their number, as if all had submitted in turns. */
  private static final String QUEUE =
      """
      INSERT INTO job (id, tenant_id, api_key_id, kind, model, input, metadata, priority, state, pool_id,
                       slot_class, slots, sort_key, start_at, asset, cost, price_version,
                       accepted_at, updated_at)
      SELECT uuidv7(), tenant.id, 'benchmark', 'text2video', 'kling-v2-6', '{"prompt":"a boat"}', '{}', 0,
             'queued', 'default', '%s', 1, at, at, 'video_unit', 5, 'benchmark', at, at
        FROM (SELECT n, now() - interval '1 day' + n * interval '10 microseconds' AS at
                FROM generate_series(%d, %d) AS n) AS number
        JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM tenant) AS tenant
          ON tenant.place = number.n %% (SELECT count(*) FROM tenant)""";

  private static final String LANES =
      """
      INSERT INTO lane (pool_id, slot_class, tenant_id, tag)
      SELECT DISTINCT pool_id, slot_class, tenant_id, 0 FROM job""";

  private static final String BATCH_LANES =
      """
      INSERT INTO batch_lane (pool_id, slot_class, tenant_id, batch_id, tag)
      SELECT pool_id, slot_class, tenant_id, '00000000-0000-0000-0000-000000000000', 0 FROM lane""";

  private static final String HALF_AT_THEIR_LIMIT =
      """
      UPDATE lane SET max_in_flight = in_flight
       WHERE tenant_id IN (SELECT id FROM tenant ORDER BY id
                            LIMIT (SELECT count(*) / 2 FROM tenant))""";

  private final Table table;
  private final Path directory;

  ClaimRows(Table table, Path directory) {
    this.table = table;
    this.directory = directory.resolve("claims");
  }

  void measure() {
    System.out.println("claims");
    EmbeddedDatabase server =
        EmbeddedDatabase.start(
            new EmbeddedDatabase.Settings(directory, directory.resolve("programs"), 0, true));
    try {
      Migrations.run(Database.config(server.port()));
      try (Database database = new Database(server.port())) {
        measure(database);
      }
    } finally {
      server.stop();
    }
  }

  private void measure(Database database) {
    Tenants.make(database);
    queue(database, 1, FEW + WARM_UP * BATCH + CLAIMS * BATCH);
    database.administer(LANES, BATCH_LANES, "ANALYZE");
    Claimer claimer = new Claimer(database, SLOT_CLASS, SLOTS);
    claims(claimer, WARM_UP);
    List<Double> few = claims(claimer, CLAIMS);
    System.out.println("queueing " + MANY + " jobs");
    for (int from = 10_001; from < MANY; from += SLICE) {
      queue(database, from, Math.min(MANY, from + SLICE - 1));
    }
    database.administer("VACUUM ANALYZE", "CHECKPOINT");
    claims(claimer, WARM_UP);
    List<Double> many = claims(claimer, CLAIMS);
    database.administer(HALF_AT_THEIR_LIMIT);
    claims(claimer, WARM_UP);
    List<Double> limited = claims(claimer, CLAIMS);
    row("a claim of 10 of 1,000,000 queued jobs, beside 1,000: p50, ms", many, few);
    row("the same, half the tenants at their limit: p50, ms", limited, few);
    table.beside("the same claims: longest, ms", longest(many), longest(few), Target.none());
  }

  private void row(String what, List<Double> ours, List<Double> beside) {
    double median = new Series(ours).median();
    table.compare(what, median, new Series(beside).median(), Target.atMost(2));
  }

  private static double longest(List<Double> millis) {
    return millis.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** Milliseconds of each. */
  private static List<Double> claims(Claimer claimer, int count) {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long begun = System.nanoTime();
      int claimed = claimer.claim(BATCH).size();
      millis.add((System.nanoTime() - begun) / 1e6);
      if (claimed != BATCH) {
        throw new IllegalStateException(claimed + " jobs claimed in place of " + BATCH);
      }
    }
    return millis;
  }

  private static void queue(Database database, int from, int to) {
    // No check of references: they hold by construction.
    database.administer(
        "SET session_replication_role = replica; SET synchronous_commit = off;"
            + QUEUE.formatted(SLOT_CLASS, from, to));
  }
}
