package dev.backlot.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Commands that run until they are stopped. */
abstract class RunProgram implements Callable<Integer> {
  private final ConfigOptions config;
  private final Program program;

  private RunProgram(ConfigOptions config, Program program) {
    this.config = config;
    this.program = program;
  }

  @Override
  public Integer call() {
    return program.run(config.load());
  }

  @Command(
      name = "serve",
      description = "Runs the whole service until it is stopped.",
      mixinStandardHelpOptions = true)
  static final class Serve extends RunProgram {
    Serve(ConfigOptions config, Program program) {
      super(config, program);
    }
  }

  @Command(
      name = "simulate",
      description = "Runs the Kling simulator alone until it is stopped.",
      mixinStandardHelpOptions = true)
  static final class Simulate extends RunProgram {
    Simulate(ConfigOptions config, Program program) {
      super(config, program);
    }
  }
}
