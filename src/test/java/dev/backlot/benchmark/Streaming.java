package dev.backlot.benchmark;

import dev.backlot.domain.access.Scope;
import dev.backlot.port.Keys.NewKey;
import dev.backlot.store.PgKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What it costs to tell thousands of screens, beside a bare server that writes to as many sockets,
 * and what it is like when all of them come back at once. Prints one table. Argument: a directory
 * for data, on a real disk. The system property {@code benchmark.parts} names what is measured:
 * {@code fan-out}, {@code storm}, or both when it names neither.
 */
public final class Streaming {
  private static final int CLIENTS = Integer.getInteger("benchmark.clients", 5_000);

  /** Who connects first pays for the classes of all. */
  private static final int FIRST_CLIENTS = 200;

  /** Events come behind the service's back: it must look often. */
  private static final Map<String, String> STREAM =
      Map.of(
          "stream.tail-interval",
          "10ms",
          "stream.sockets-max",
          "20000",
          "stream.sockets-per-tenant-max",
          "20000");

  private final Table table = new Table();
  private final int rounds = Effort.fromSystemProperties().rounds();
  private final String parts = System.getProperty("benchmark.parts", "");
  private final Path directory;

  private Streaming(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]).toAbsolutePath();
    Benchmark.delete(directory);
    String loadBefore = Machine.load();
    Streaming benchmark = new Streaming(directory);
    try {
      benchmark.measure();
    } finally {
      System.out.printf(
          Locale.ROOT,
          "%n%d interleaved rounds after 2 to warm up, %d clients; load average of the machine"
              + " before %s, after %s%nmedian (lowest .. highest)%n%n%s%n",
          benchmark.rounds,
          CLIENTS,
          loadBefore,
          Machine.load(),
          benchmark.table);
    }
    Benchmark.delete(directory);
  }

  private void measure() {
    Map<String, String> settings = new HashMap<>(ServiceRows.WHOLE_LIVES);
    settings.putAll(STREAM);
    try (Service service = Service.start(directory.resolve("service"), settings)) {
      System.out.println(Machine.text(service.database()));
      NewKey key = key(service.database(), "screens");
      LogAnnouncer log = new LogAnnouncer(service.database(), key.tenant());
      try (Audience audience = new Audience(service.port(), Listener.Way.SOCKET, key.presented())) {
        audience.join(FIRST_CLIENTS);
        if (!parts.contains("storm") || parts.contains("fan-out")) {
          fanOut(service, log, audience);
        }
        if (!parts.contains("fan-out") || parts.contains("storm")) {
          audience.join(CLIENTS - audience.size());
          storm(service, log, audience);
        }
      }
    }
  }

  private static NewKey key(Database database, String tenant) {
    PgKeys keys =
        new PgKeys(database.vertx(), database.pool(), new SecureRandom(), UUID::randomUUID);
    return Await.result(keys.create(tenant, Set.of(Scope.READ), Instant.now()));
  }

  private void fanOut(Service service, LogAnnouncer log, Audience sockets) {
    NewKey key = key(service.database(), "event-streams");
    LogAnnouncer streamLog = new LogAnnouncer(service.database(), key.tenant());
    try (RawServer raw = new RawServer(sample(log, sockets));
        Audience beside = new Audience(raw.port(), Listener.Way.UNASKED, "");
        Audience streams =
            new Audience(service.port(), Listener.Way.EVENT_STREAM, key.presented())) {
      memory(service, sockets, streams, raw, beside);
      System.out.println("fan-out");
      FanOut single = new FanOut(log, sockets, service.pid(), 1);
      FanOut bare = new FanOut(raw, beside, raw.pid(), 1);
      FanOut bursts = new FanOut(log, sockets, service.pid(), FanOut.BURST);
      FanOut bareBursts = new FanOut(raw, beside, raw.pid(), FanOut.BURST);
      FanOut events = new FanOut(streamLog, streams, service.pid(), 1);
      Rounds all = Rounds.run(rounds, single, bare, bursts, bareBursts, events);
      rows("events one by one", all, single, bare);
      rows("events in tens", all, bursts, bareBursts);
      rows("one by one as server-sent events", all, events, bare);
      table.compare(
          "idle clients, all sockets and event streams: % of a core",
          single.idle().median(), bare.idle().median(), Target.none());
    }
  }

  private void memory(
      Service service, Audience sockets, Audience streams, RawServer raw, Audience beside) {
    System.out.println("memory of an open connection");
    beside.join(FIRST_CLIENTS);
    streams.join(FIRST_CLIENTS);
    Memory theirs = joinAll(beside, raw.pid());
    memory("an idle socket", joinAll(sockets, service.pid()), theirs);
    memory("an idle event stream", joinAll(streams, service.pid()), theirs);
  }

  private void memory(String what, Memory ours, Memory theirs) {
    table.compare(
        what + ": resident memory, KiB", ours.resident(), theirs.resident(), Target.none());
    table.compare("the same: on the heap, KiB", ours.heap(), theirs.heap(), Target.none());
  }

  /** The text of an event, as a client gets it. */
  private static String sample(LogAnnouncer log, Audience audience) {
    long there = log.announce(1);
    return audience.await(log.last(), log.last(), new long[] {there}).sample();
  }

  private static Memory joinAll(Audience audience, long server) {
    Memory before = Memory.of(server);
    int joining = CLIENTS - audience.size();
    audience.join(joining);
    return Memory.of(server).each(before, joining);
  }

  private void rows(String what, Rounds all, FanOut ours, FanOut raw) {
    table.ratio(
        what + ": server CPU per delivery, us", all, ours, raw, Sample::cpu, Target.atMost(1.1));
    table.pair("the same: event to arrival, p50, ms", all, ours, raw, Sample::p50);
    table.pair("the same: event to arrival, p99, ms", all, ours, raw, Sample::p99);
  }

  private void storm(Service service, LogAnnouncer log, Audience audience) {
    System.out.println("reconnect storm");
    try (Load load = new Load()) {
      Storm storm = new Storm(service, load, log, audience);
      Rounds.Side calm = storm::calm;
      Rounds.Side stormy = storm::rage;
      Rounds all = Rounds.run(rounds, calm, stormy);
      table.ratio(
          "submit in a storm, beside before it: p99, ms",
          all,
          stormy,
          calm,
          Sample::p99,
          Target.atMost(2));
      List<AudienceReport> back = storm.last(rounds);
      table.figure(
          "the storm: last client live after, s",
          new Series(back.stream().map(AudienceReport::seconds).toList()));
      table.figure(
          "the same: a client's first attempt to live, p99, ms",
          new Series(back.stream().map(AudienceReport::liveP99).toList()));
      table.figure(
          "the same: attempts that were repeated",
          new Series(back.stream().map(report -> (double) report.retries()).toList()));
      table.figure(
          "the same: of those, sent away as unauthenticated",
          new Series(back.stream().map(report -> (double) report.unheard()).toList()));
      table.figure(
          "the same: events that all clients together had missed, and got",
          new Series(back.stream().map(report -> (double) report.resumed()).toList()));
    }
  }
}
