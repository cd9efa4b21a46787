package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The options that every command takes: which configuration it works with. */
final class ConfigOptions {
  private final Map<String, String> environment;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "The configuration. Default: conf/backlot.yaml here or, without it, in the jar.")
  private @Nullable Path file;

  ConfigOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      scope = ScopeType.INHERIT,
      parameterConsumer = Adding.class,
      description = "Sets one key of the configuration; may be repeated, the last wins.")
  private final List<String> settings = new ArrayList<>();

  AppConfig load() {
    return AppConfig.load(new ConfigSource(Optional.ofNullable(file), settings, environment));
  }

  /** By itself, picocli forgets what stood before a subcommand's name when more comes after it. */
  static final class Adding implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
      if (arguments.isEmpty()) {
        throw new ParameterException(command.commandLine(), "--set needs KEY=VALUE");
      }
      List<String> settings = option.getValue();
      settings.add(arguments.pop());
    }
  }
}
