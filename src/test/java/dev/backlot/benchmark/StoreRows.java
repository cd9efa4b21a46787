package dev.backlot.benchmark;

import dev.backlot.database.EmbeddedDatabase;
import dev.backlot.store.Migrations;
import dev.backlot.store.PgAdmissions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/** What the store alone does, without HTTP and without a service. */
final class StoreRows {
  private static final int CLAIMED = 4_000;

  private final Effort effort;
  private final Table table;
  private final Path directory;

  StoreRows(Effort effort, Table table, Path directory) {
    this.effort = effort;
    this.table = table;
    this.directory = directory;
  }

  void measure(SampleJob sample) {
    System.out.println("the store alone");
    EmbeddedDatabase server =
        EmbeddedDatabase.start(
            new EmbeddedDatabase.Settings(directory, directory.resolve("programs"), 0, true));
    try {
      Migrations.run(Database.config(server.port()));
      try (Database database = new Database(server.port())) {
        measure(database, sample);
      }
    } finally {
      server.stop();
    }
  }

  private void measure(Database database, SampleJob sample) {
    Tenants tenants = Tenants.make(database);
    PgAdmissions admissions =
        new PgAdmissions(
            database.vertx(),
            database.pool(),
            new SecureRandom(),
            Duration.ofSeconds(10),
            System::nanoTime);
    // First the claims: they must find no job of the others.
    ClaimLoop claims = new ClaimLoop(database, admissions, tenants, sample, CLAIMED);
    RawQueue raw = new RawQueue(database, CLAIMED);
    Rounds queues = Rounds.run(effort.rounds(), claims, raw);

    GroupLoop admits =
        new GroupLoop(tenants, sample, effort, group -> admissions.admit(group, Instant.now()));
    BareInsert insert = new BareInsert(database);
    GroupLoop bare = new GroupLoop(tenants, sample, effort, insert::store);
    Rounds groups = Rounds.run(effort.rounds(), admits, bare);

    table.ratio(
        "store alone: admit, beside a bare insert: jobs/s",
        groups,
        admits,
        bare,
        Sample::jobs,
        Target.atLeast(0.75));
    table.ratio(
        "store alone: claim + finish, beside raw SKIP LOCKED: jobs/s",
        queues,
        claims,
        raw,
        Sample::jobs,
        Target.atLeast(0.65));
  }
}
