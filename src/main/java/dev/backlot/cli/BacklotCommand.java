package dev.backlot.cli;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The root of all commands. Without a subcommand it serves. Exit codes: 0 done, 1 failed, 2 wrong
 * usage or configuration.
 */
@Command(
    name = "backlot",
    description = "Runs Kling AI video generation in production. Without a command: serve.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "[COMMAND]",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage or configuration"})
public final class BacklotCommand implements Callable<Integer> {
  @Mixin private final ConfigOptions config;
  private final Program serve;

  private BacklotCommand(ConfigOptions config, Program serve) {
    this.config = config;
    this.serve = serve;
  }

  /**
   * @param environment for {@code BACKLOT_*} variables
   */
  public static CommandLine commandLine(
      Program serve,
      Program simulate,
      StoreAccess store,
      Map<String, String> environment,
      InstantSource clock) {
    ConfigOptions config = new ConfigOptions(environment);
    CommandLine keys =
        new CommandLine(new Group.Keys())
            .addSubcommand(new CreateKey(config, store, clock))
            .addSubcommand(new CreatePair(config, store, clock))
            .addSubcommand(new RevokeKey(config, store, clock));
    CommandLine credits =
        new CommandLine(new Group.Credits())
            .addSubcommand(new GrantCredits(config, store, clock))
            .addSubcommand(new ShowCredits(config, store));
    return new CommandLine(new BacklotCommand(config, serve))
        .addSubcommand(new RunProgram.Serve(config, serve))
        .addSubcommand(new RunProgram.Simulate(config, simulate))
        .addSubcommand(new Migrate(config, store))
        .addSubcommand(keys)
        .addSubcommand(credits)
        .addSubcommand(
            new CommandLine(new Group.Tenants()).addSubcommand(new ShareSlots(config, store)))
        .addSubcommand(
            new CommandLine(new Group.CatalogCommands())
                .addSubcommand(new CheckCatalog())
                .addSubcommand(new PrintCatalog()))
        .addSubcommand(watch(environment, clock))
        .addSubcommand(new CommandLine.HelpCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Failures::explain);
  }

  private static WatchCommand watch(Map<String, String> environment, InstantSource clock) {
    return new WatchCommand(
        environment, clock, RandomGenerator.getDefault(), WatchCommand.isTerminal(environment));
  }

  @Override
  public Integer call() {
    return serve.run(config.load());
  }
}
