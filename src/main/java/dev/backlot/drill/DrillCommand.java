package dev.backlot.drill;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the drill. */
@Command(
    name = "drill",
    description =
        "Kills, pauses and cuts off real nodes under load, then checks that nothing was lost, paid"
            + " twice or told wrong. Everything runs on this machine, in a directory of its own.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every promise held",
      "1:one was broken, or the drill got stuck",
      "2:wrong usage"
    })
public final class DrillCommand implements Callable<Integer> {
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--nodes",
      defaultValue = "3",
      description = "2 to 9; ${DEFAULT-VALUE} unless said otherwise.")
  private int nodes;

  @Option(names = "--jobs", defaultValue = "300", description = "1 to 100000; ${DEFAULT-VALUE}.")
  private int jobs;

  @Option(
      names = "--kills",
      defaultValue = "4",
      description = "Nodes killed with -9; ${DEFAULT-VALUE}.")
  private int kills;

  @Option(
      names = "--pauses",
      defaultValue = "2",
      description = "Nodes stopped and continued; ${DEFAULT-VALUE}.")
  private int pauses;

  @Option(
      names = "--partitions",
      defaultValue = "2",
      description = "Nodes cut off from the database; ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--splits",
      defaultValue = "1",
      description = "Times that no node reaches another; ${DEFAULT-VALUE}.")
  private int splits;

  @Option(
      names = "--rolls",
      defaultValue = "1",
      description = "Nodes told to stop and started again; ${DEFAULT-VALUE}.")
  private int rolls;

  @Option(
      names = "--restarts",
      defaultValue = "1",
      description = "Restarts of PostgreSQL; ${DEFAULT-VALUE}.")
  private int restarts;

  @Option(
      names = "--lease-ms",
      defaultValue = "3000",
      description = "Lease of a node, 1000 to 60000; ${DEFAULT-VALUE}.")
  private int leaseMillis;

  @Option(
      names = "--before",
      paramLabel = "JAR",
      description =
          "The version before this one. All nodes begin as that; each that is told to stop comes"
              + " back as the other of the two.")
  private @Nullable Path before;

  @Option(names = "--seed", description = "Of the faults; by the clock unless said otherwise.")
  private @Nullable Long seed;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "For data and logs, empty or new; a temporary one unless said otherwise.")
  private @Nullable Path directory;

  /**
   * @param clock the simulator's; its milliseconds are the seed where none is given
   */
  public DrillCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    require("--nodes", nodes, 2, 9);
    require("--jobs", jobs, 1, 100_000);
    require("--kills", kills, 0, 1_000);
    require("--pauses", pauses, 0, 1_000);
    require("--partitions", partitions, 0, 1_000);
    require("--splits", splits, 0, 1_000);
    require("--rolls", rolls, 0, 1_000);
    require("--restarts", restarts, 0, 100);
    require("--lease-ms", leaseMillis, 1_000, 60_000);
    requireBefore();
    DrillPlan plan =
        new DrillPlan(
            seed == null ? clock.millis() : seed,
            nodes,
            jobs,
            kills,
            pauses,
            partitions,
            splits,
            rolls,
            restarts,
            Duration.ofMillis(leaseMillis),
            Optional.ofNullable(before));
    Path used = directory();
    spec.commandLine().getOut().println("  data and logs: " + used);
    return run(plan, used);
  }

  private int run(DrillPlan plan, Path used) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      return new Drill(plan, out).run(used, clock) ? 0 : 1;
    } catch (IllegalStateException stuck) {
      // What the drill says of itself quotes nothing that is secret.
      out.println("The drill could not go on: " + stuck.getMessage() + ". The logs: " + used);
      return 1;
    }
  }

  private void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(), option + " must be " + min + " to " + max + ", got " + value);
    }
  }

  private void requireBefore() {
    if (before == null) {
      return;
    }
    if (!Files.exists(before)) {
      throw new ParameterException(spec.commandLine(), "--before names no file: " + before);
    }
    if (rolls == 0) {
      throw new ParameterException(
          spec.commandLine(), "--before needs --rolls: nodes change their version with them");
    }
  }

  private Path directory() {
    try {
      if (directory == null) {
        return Files.createTempDirectory("backlot-drill");
      }
      Files.createDirectories(directory);
      try (var files = Files.list(directory)) {
        if (files.findAny().isPresent()) {
          throw new ParameterException(
              spec.commandLine(), "--directory must be empty or new, got " + directory);
        }
      }
      return directory.toAbsolutePath();
    } catch (IOException unusable) {
      throw new UncheckedIOException("cannot use the directory", unusable);
    }
  }
}
