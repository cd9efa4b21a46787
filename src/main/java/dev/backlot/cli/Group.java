package dev.backlot.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands that only hold others. */
abstract class Group implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Group() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which: " + names());
  }

  private String names() {
    return String.join(", ", spec.subcommands().keySet());
  }

  @Command(name = "keys", description = "API keys of tenants.", mixinStandardHelpOptions = true)
  static final class Keys extends Group {}

  @Command(name = "credits", description = "Credit of tenants.", mixinStandardHelpOptions = true)
  static final class Credits extends Group {}

  @Command(name = "tenants", description = "Shares of tenants.", mixinStandardHelpOptions = true)
  static final class Tenants extends Group {}

  @Command(
      name = "catalog",
      description = "Kinds of jobs, models and prices.",
      mixinStandardHelpOptions = true)
  static final class CatalogCommands extends Group {}
}
