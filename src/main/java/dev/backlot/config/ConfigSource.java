package dev.backlot.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the configuration comes from. A setting wins over the environment, the environment over the
 * file.
 *
 * @param file as {@code --config} names it; empty for {@code conf/backlot.yaml} of the working
 *     directory or, without that, the copy in the jar
 * @param settings {@code key=value} pairs of {@code --set}, in their order
 * @param environment the process environment; variables named {@code BACKLOT_*} set keys
 */
public record ConfigSource(
    Optional<Path> file, List<String> settings, Map<String, String> environment) {
  public ConfigSource {
    settings = List.copyOf(settings);
    environment = Map.copyOf(environment);
  }

  /** Without the values: they may be secrets. */
  @Override
  public String toString() {
    return "ConfigSource[file=" + file + "]";
  }
}
