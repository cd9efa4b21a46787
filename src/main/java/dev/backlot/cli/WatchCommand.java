package dev.backlot.cli;

import dev.backlot.config.Secret;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "watch",
    description = "Follows jobs live until they have ended; without a job, the newest one.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every job succeeded",
      "1:one did not, or cannot be followed",
      "2:wrong usage"
    })
final class WatchCommand implements Callable<Integer> {
  private static final int JOBS_MAX = 100;
  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);
  private static final long OUTAGE_MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Map<String, String> environment;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final boolean terminal;
  private final Map<JobId, WatchedJob> jobs = new LinkedHashMap<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://localhost:8080",
      description = "Where Backlot answers; ${DEFAULT-VALUE} unless said otherwise.")
  private URI url = URI.create("http://localhost:8080");

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "API key that may read. Visible to others on this machine: prefer a file.")
  private @Nullable String key;

  @Option(names = "--key-file", paramLabel = "FILE", description = "File that holds the key.")
  private @Nullable Path keyFile;

  @Parameters(paramLabel = "JOB_ID", arity = "0..*", description = "Up to 100 jobs.")
  private List<String> names = new ArrayList<>();

  /**
   * @param environment may hold the key as {@code BACKLOT_KEY}
   * @param terminal whether the output is one, whose cursor can be moved
   */
  WatchCommand(
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random,
      boolean terminal) {
    this.environment = environment;
    this.clock = clock;
    this.random = random;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    WatchDisplay display = new WatchDisplay(spec.commandLine().getOut(), terminal);
    try (StatusClient client = new StatusClient(server(), credential())) {
      List<JobId> wanted = wanted(client);
      follow(client, wanted, display);
      report(display);
    }
    return jobs.values().stream().allMatch(job -> job.state() == JobState.SUCCEEDED) ? 0 : 1;
  }

  private void follow(StatusClient client, List<JobId> wanted, WatchDisplay display) {
    int failures = 0;
    long heardAt = System.nanoTime();
    while (!isDone(wanted)) {
      try {
        if (!client.connect(wanted)) {
          throw new BacklotException(ErrorCode.STORE_UNAVAILABLE, "Nobody answers at " + url + ".");
        }
        while (!isDone(wanted)) {
          if (client.next(REDRAW).map(message -> take(message, display)).orElse(false)) {
            failures = 0;
            heardAt = System.nanoTime();
          }
          display.show(jobs.values(), null, clock.instant());
        }
      } catch (StatusClient.Gone gone) {
        pause(failures++, heardAt, display);
      } catch (BacklotException failure) {
        if (failure.code() != ErrorCode.STORE_UNAVAILABLE) {
          throw failure;
        }
        pause(failures++, heardAt, display);
      }
    }
  }

  /**
   * @return whether it was about the jobs
   */
  private boolean take(JsonObject message, WatchDisplay display) {
    switch (message.getString("type")) {
      case "snapshot" ->
          message.getJsonArray("jobs").stream()
              .map(JsonObject.class::cast)
              .map(WatchedJob::ofSnapshot)
              .forEach(job -> jobs.put(job.id(), job));
      case "event" ->
          JobId.parse(message.getString("job_id"))
              .ifPresent(id -> jobs.computeIfPresent(id, (same, job) -> job.after(message)));
      case "error" -> fail(message);
      default -> {
        return message.getString("type").equals("live");
      }
    }
    display.show(jobs.values(), null, clock.instant());
    return true;
  }

  /** Some errors pass; what the caller got wrong does not. */
  private static void fail(JsonObject error) {
    String detail = error.getString("detail");
    switch (error.getString("code")) {
      case "job-not-found" -> throw new BacklotException(ErrorCode.JOB_NOT_FOUND, detail);
      case "forbidden" -> throw new BacklotException(ErrorCode.FORBIDDEN, detail);
      case "unauthenticated" -> throw new BacklotException(ErrorCode.UNAUTHENTICATED, detail);
      case "invalid-request" -> throw new BacklotException(ErrorCode.INVALID_REQUEST, detail);
      default -> throw new BacklotException(ErrorCode.STORE_UNAVAILABLE, detail);
    }
  }

  /** Full jitter, so that a crowd that was cut off together does not come back together. */
  private void pause(int failures, long heardAt, WatchDisplay display) {
    if (System.nanoTime() - heardAt > OUTAGE_MAX_NANOS) {
      throw new BacklotException(
          ErrorCode.OVERLOADED, "Nobody has answered at " + url + " for 60 s.");
    }
    String notice = "No connection to " + url + "; trying again.";
    if (display.isTerminal()) {
      display.show(jobs.values(), notice, clock.instant());
    } else if (failures == 0) {
      display.say(notice);
    }
    long ceiling = Math.min(BACKOFF_MAX.toMillis(), 250L << Math.min(failures, 10));
    try {
      TimeUnit.MILLISECONDS.sleep(random.nextLong(ceiling + 1));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BacklotException(ErrorCode.INTERNAL, "Stopped.");
    }
  }

  private boolean isDone(List<JobId> wanted) {
    return jobs.size() == wanted.size()
        && jobs.values().stream().allMatch(job -> job.state().isTerminal());
  }

  /** Where the results are; with a key of one's own, which is not shown. */
  private void report(WatchDisplay display) {
    for (WatchedJob job : jobs.values()) {
      if (job.problem() != null) {
        display.say(job.id() + ": " + job.problem());
      }
      job.outputs().forEach(path -> display.say("Result: " + server().resolve(path)));
    }
    if (jobs.values().stream().anyMatch(job -> !job.outputs().isEmpty())) {
      display.say(
          "Fetch it with: curl -H \"Authorization: Bearer $BACKLOT_KEY\" -o result.mp4 URL");
    }
  }

  private List<JobId> wanted(StatusClient client) {
    if (names.size() > JOBS_MAX) {
      throw usage("At most " + JOBS_MAX + " jobs can be watched at a time.");
    }
    if (names.isEmpty()) {
      JobId newest =
          client
              .newest()
              .orElseThrow(
                  () -> new BacklotException(ErrorCode.JOB_NOT_FOUND, "There is no job yet."));
      return List.of(newest);
    }
    return names.stream().distinct().map(this::job).toList();
  }

  private JobId job(String name) {
    return JobId.parse(name).orElseThrow(() -> usage(name + " is not a job id."));
  }

  private URI server() {
    boolean known = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!known || url.getHost() == null) {
      throw usage("--url must be like http://localhost:8080, got " + url);
    }
    return url;
  }

  private Secret credential() {
    String given =
        key != null ? key : keyFile != null ? read(keyFile) : environment.get("BACKLOT_KEY");
    if (given == null || given.isBlank()) {
      throw usage(
          "A key is needed: --key-file FILE, --key KEY, or BACKLOT_KEY in the environment.");
    }
    return new Secret(given.strip());
  }

  private String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw usage("Cannot read the file " + file + ".");
    }
  }

  private ParameterException usage(String words) {
    return new ParameterException(spec.commandLine(), words);
  }

  /** Whether standard input and output are a terminal whose cursor can be moved. */
  static boolean isTerminal(Map<String, String> environment) {
    return !"dumb".equals(environment.get("TERM")) && isTerminal(System.console());
  }

  /** From Java 22 on there is always a console, and it can tell; before, there is one or none. */
  private static boolean isTerminal(@Nullable Console console) {
    try {
      return console != null
          && Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException unclear) {
      return false;
    }
  }
}
