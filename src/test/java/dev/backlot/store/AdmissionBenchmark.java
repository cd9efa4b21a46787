package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.database.EmbeddedDatabase;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs a second through {@link PgAdmissions}, beside a bare insert of the same rows into the same
 * tables, on a durable server: one writer, groups of 100, interleaved rounds, medians. Run with
 * {@code -Dtest=AdmissionBenchmark -Dexcluded.test.groups=}.
 */
@Tag("benchmark")
class AdmissionBenchmark {
  private static final int GROUP = 100;
  private static final int GROUPS = 40;
  private static final int ROUNDS = 9;
  private static final int TENANTS = 1000;

  /** The same rows, without keys, locks, affordability, balance or answer. */
  private static final String BARE_JOBS =
      """
      INSERT INTO job (id, tenant_id, api_key_id, kind, model, input, metadata, priority, state,
                       pool_id, slot_class, slots, sort_key, start_at, asset, cost, price_version,
                       accepted_at, updated_at)
      SELECT id, tenant_id, api_key_id, kind, model, input::json, metadata::json, priority,
             'queued', pool_id, slot_class, slots, sort_key, accepted_at, asset, cost,
             price_version, accepted_at, accepted_at
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
                    $7::text[], $8::int[], $9::text[], $10::text[], $11::int[],
                    $12::timestamptz[], $13::timestamptz[], $14::text[], $15::numeric[],
                    $16::text[], $17::text[])
          AS a (id, tenant_id, api_key_id, kind, model, input, metadata, priority, pool_id,
                slot_class, slots, sort_key, accepted_at, asset, cost, price_version, key)""";

  private static final String BARE_RESERVATIONS =
      """
      INSERT INTO reservation (job_id, tenant_id, asset, amount, opened_at)
      SELECT id, tenant_id, 'video_unit', 1, now() FROM unnest($1::uuid[], $2::uuid[])
             AS a (id, tenant_id)""";

  private static final String BARE_TRANSFERS =
      """
      INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, at)
      SELECT 'reserve', $2, $3, 'video_unit', 1, id, now() FROM unnest($1::uuid[]) AS id""";

  private static final String BARE_EVENTS =
      """
      INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
      SELECT tenant_id, id, 1, 'job.queued', now(), data::jsonb
        FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS a (id, tenant_id, data)""";

  private static final String BARE_KEYS =
      """
      INSERT INTO idempotency_key (tenant_id, key, job_id, body_sha256, answer, expires_at)
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::text[],
                           $6::timestamptz[])""";

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private EmbeddedDatabase server;
  private Pool pool;
  private PgTransactions transactions;
  private PgAdmissions admissions;
  private final List<TenantId> tenants = new ArrayList<>();
  private final long[] accounts = new long[2];
  private int keys;

  @BeforeEach
  void start() {
    Path programs = Path.of(System.getProperty("java.io.tmpdir"), "backlot-test-programs");
    server = EmbeddedDatabase.start(new EmbeddedDatabase.Settings(directory, programs, 0, true));
    open(server.port());
  }

  @AfterEach
  void stop() {
    await(vertx.close());
    server.stop();
  }

  @Test
  void jobs_a_second() {
    Map<String, double[]> rates = measure();

    rates.forEach(AdmissionBenchmark::print);
    printRatio(rates, "admit, 1000 tenants", "bare insert, 1000 tenants");
    printRatio(rates, "admit with keys", "bare insert with keys");
    printRatio(rates, "admit, one tenant", "admit, 1000 tenants");
    assertThat(rates).hasSize(5);
  }

  private Map<String, double[]> measure() {
    Map<String, double[]> rates = new LinkedHashMap<>();
    for (int round = -2; round < ROUNDS; round++) {
      record(rates, round, "bare insert, 1000 tenants", () -> bare(group(TENANTS, false)));
      record(rates, round, "admit, 1000 tenants", () -> admit(group(TENANTS, false)));
      record(rates, round, "admit, one tenant", () -> admit(group(1, false)));
      record(rates, round, "bare insert with keys", () -> bare(group(TENANTS, true)));
      record(rates, round, "admit with keys", () -> admit(group(TENANTS, true)));
    }
    return rates;
  }

  private static void record(
      Map<String, double[]> rates, int round, String name, Runnable storeGroup) {
    long start = System.nanoTime();
    for (int i = 0; i < GROUPS; i++) {
      storeGroup.run();
    }
    double rate = GROUP * GROUPS / ((System.nanoTime() - start) / 1e9);
    if (round >= 0) {
      rates.computeIfAbsent(name, n -> new double[ROUNDS])[round] = rate;
    }
  }

  private static void print(String name, double[] rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "%-28s median %,9.0f jobs/s  (%,.0f .. %,.0f)%n",
        name, sorted[ROUNDS / 2], sorted[0], sorted[ROUNDS - 1]);
  }

  /** Of the pairs of each round. */
  private static void printRatio(Map<String, double[]> rates, String one, String other) {
    double[] ours = Objects.requireNonNull(rates.get(one));
    double[] theirs = Objects.requireNonNull(rates.get(other));
    double[] ratios =
        IntStream.range(0, ROUNDS)
            .mapToDouble(round -> ours[round] / theirs[round])
            .sorted()
            .toArray();
    System.out.printf(
        "%s / %s: median %.2f (%.2f .. %.2f)%n",
        one, other, ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
  }

  private List<Submission> group(int among, boolean keyed) {
    return IntStream.range(0, GROUP)
        .mapToObj(i -> tenants.get((keys * 7 + i * 13) % among))
        .map(
            tenant ->
                keyed
                    ? Submissions.keyed(tenant, "1", "key-" + keys++, "body")
                    : Submissions.of(tenant, "1"))
        .toList();
  }

  private void admit(List<Submission> group) {
    List<Admission> answers = await(admissions.admit(group, Submissions.NOW));
    assertThat(answers).hasOnlyElementsOfType(Admission.Accepted.class);
  }

  private void bare(List<Submission> submissions) {
    AdmissionGroup group = new AdmissionGroup(submissions);
    Object ids = Rows.column(submissions, each -> each.id().value(), UUID[]::new);
    Object owners = Rows.column(submissions, each -> each.tenant().value(), UUID[]::new);
    Object data = Rows.column(submissions, Submission::eventData, String[]::new);
    await(
        transactions.inOneFlight(
            tx -> {
              if (group.hasKeys()) {
                Tuple all = group.keys(Submissions.NOW);
                tx.execute(
                    BARE_KEYS, Tuple.wrap(IntStream.range(0, 6).mapToObj(all::getValue).toList()));
              }
              tx.execute(BARE_JOBS, group.jobs());
              tx.execute(BARE_RESERVATIONS, Rows.arguments(ids, owners));
              tx.execute(BARE_TRANSFERS, Rows.arguments(ids, accounts[0], accounts[1]));
              return tx.execute(BARE_EVENTS, Rows.arguments(ids, owners, data));
            }));
  }

  private void open(int port) {
    DatabaseConfig config =
        new DatabaseConfig(
            DatabaseConfig.Mode.EXTERNAL,
            Path.of(""),
            DatabaseConfig.LOOPBACK,
            port,
            DatabaseConfig.NAME,
            DatabaseConfig.OWNER,
            Optional.empty(),
            DatabaseConfig.APP,
            Optional.empty(),
            4,
            1000,
            DatabaseConfig.Failover.NONE,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));
    Migrations.run(config);
    pool = Pools.create(vertx, config, "benchmark");
    transactions = new PgTransactions(vertx, pool, new Random(1));
    admissions =
        new PgAdmissions(vertx, pool, new Random(1), Duration.ofSeconds(30), System::nanoTime);
    PgKeys names = new PgKeys(vertx, pool, new Random(1), UUID::randomUUID);
    PgCreditLedger ledger = new PgCreditLedger(vertx, pool, new Random(1));
    for (int i = 0; i < TENANTS; i++) {
      TenantId tenant = await(names.create("t-" + i, Set.of(), Submissions.NOW)).tenant();
      await(
          ledger.grant(
              tenant, Asset.VIDEO_UNIT, Credits.of("1000000"), "benchmark", Submissions.NOW));
      tenants.add(tenant);
    }
    Future<long[]> found =
        pool.query("SELECT available_account, reserved_account FROM balance ORDER BY id LIMIT 1")
            .execute()
            .map(rows -> rows.iterator().next())
            .map(row -> new long[] {row.getLong(0), row.getLong(1)});
    System.arraycopy(await(found), 0, accounts, 0, 2);
  }
}
