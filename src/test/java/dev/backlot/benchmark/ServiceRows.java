package dev.backlot.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a running service does, over HTTP, and what stands beside it on the same database. */
final class ServiceRows {
  /** One slot and real render times: what is taken in stays queued, and nothing else happens. */
  private static final Map<String, String> INTAKE_ONLY =
      Map.of(
          "provider.accounts[0].slots.default", "1",
          "simulator.slots", "1",
          "simulator.time-factor", "1");

  /** A provider without delay, and room for everything. */
  static final Map<String, String> WHOLE_LIVES =
      Map.of(
          "provider.accounts[0].slots.default", "10000",
          "simulator.slots", "10000",
          "simulator.pack-units", "1000000000",
          "simulator.render", "immediate",
          "simulator.journal", "",
          "poll.first", "0s");

  private static final int LIVES = 3_000;
  private static final int LIVES_ALONE = 20;

  private final Effort effort;
  private final Table table;
  private final Load load;
  private final Path directory;

  ServiceRows(Effort effort, Table table, Load load, Path directory) {
    this.effort = effort;
    this.table = table;
    this.load = load;
    this.directory = directory;
  }

  /** Answers a row as the service has stored it. */
  SampleJob measure() {
    try (Service intake = Service.start(directory.resolve("intake"), INTAKE_ONLY);
        Service lives = Service.start(directory.resolve("lives"), WHOLE_LIVES)) {
      System.out.println(Machine.text(intake.database()));
      SampleJob sample = firstJob(intake);
      throughput(intake, lives, sample);
      latency(lives);
      costs(lives);
      return sample;
    }
  }

  private SampleJob firstJob(Service intake) {
    load.run(LoadOrder.ofJobs(intake.port(), intake.tenants().firstKey(), 1, 1));
    return SampleJob.storedIn(intake.database());
  }

  private void throughput(Service intake, Service lives, SampleJob sample) {
    System.out.println("intake and whole lives over HTTP");
    Database database = intake.database();
    Tenants tenants = intake.tenants();
    Path secrets = directory.resolve("one-per-request");
    String port = String.valueOf(database.port());
    try (Forked single = Forked.start(OnePerRequest.class, secrets.toString(), port)) {
      int singlePort = Integer.parseInt(single.answer());
      Cpu singleCpu = new Cpu(single.pid(), intake.postmaster());
      Intake many = new Intake(load, intake.port(), tenants.keys(), effort, intake.cpu());
      Intake hot = new Intake(load, intake.port(), tenants.firstKey(), effort, intake.cpu());
      Intake one = new Intake(load, singlePort, tenants.keys(), effort, singleCpu);
      BareInsert insert = new BareInsert(database);
      GroupLoop bare = new GroupLoop(tenants, sample, effort, insert::store);
      Lives whole = new Lives(lives, load, effort.connections(), LIVES);
      Rounds rounds = Rounds.run(effort.rounds(), many, bare, one, hot, whole);
      table.ratio(
          "intake over HTTP, beside a bare insert loop: jobs/s",
          rounds,
          many,
          bare,
          Sample::jobs,
          Target.atLeast(0.75));
      table.ratio(
          "intake over HTTP, beside a statement per request: jobs/s",
          rounds,
          many,
          one,
          Sample::jobs,
          Target.atLeast(3));
      table.pair("the same: p99, ms", rounds, many, one, Sample::p99);
      table.pair("the same: CPU per job, us", rounds, many, one, Sample::cpu);
      table.ratio(
          "one hot tenant, beside a thousand: jobs/s",
          rounds,
          hot,
          many,
          Sample::jobs,
          Target.atLeast(0.9));
      table.pair("the same: CPU per job, us", rounds, hot, many, Sample::cpu);
      table.ratio(
          "whole lives, beside intake over HTTP: jobs/s",
          rounds,
          whole,
          many,
          Sample::jobs,
          Target.atLeast(0.3));
    }
  }

  private void latency(Service lives) {
    System.out.println("enqueue-to-start");
    StartLatency latency = StartLatency.measure(lives, load, effort);
    table.figure(
        "202 to create at the provider, 100 jobs/s: p50, ms",
        new Series(List.of(latency.fromAnswer(0.5))),
        Target.atMost(2));
    table.figure("the same: p99, ms", new Series(List.of(latency.fromAnswer(0.99))));
    table.figure(
        "request to create at the provider: p50, ms",
        new Series(List.of(latency.fromRequest(0.5))));
    table.figure("the same: p99, ms", new Series(List.of(latency.fromRequest(0.99))));
  }

  /** Last: it restarts the service. */
  private void costs(Service service) {
    System.out.println("costs of a job");
    Costs.prepare(service);
    List<String> keys = service.tenants().keys();
    LoadOrder together = LoadOrder.ofJobs(service.port(), keys, effort.connections(), LIVES);
    LoadOrder alone = LoadOrder.ofJobs(service.port(), service.tenants().firstKey(), 1, 1);
    run(service, together);
    Costs begun = Costs.soFar(service);
    run(service, together);
    Costs middle = Costs.soFar(service);
    for (int i = 0; i < LIVES_ALONE; i++) {
      run(service, alone);
    }
    Costs busy = middle.each(begun, LIVES);
    Costs quiet = Costs.soFar(service).each(middle, LIVES_ALONE);
    table.counts(
        "a whole life under load, beside one alone: SQL statements",
        busy.statements(),
        quiet.statements());
    table.counts(
        "the same: transactions of several statements", busy.transactions(), quiet.transactions());
    table.counts("the same: rows written", busy.rows(), quiet.rows());
    table.counts("the same: WAL bytes", busy.walBytes(), quiet.walBytes());
    table.counts("the same: HTTP requests to the provider", busy.requests(), quiet.requests());
  }

  private void run(Service service, LoadOrder order) {
    load.run(order);
    service.awaitAllEnded();
  }
}
