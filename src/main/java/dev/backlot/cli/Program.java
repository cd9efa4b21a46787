package dev.backlot.cli;

import dev.backlot.config.AppConfig;

/** A part of Backlot that runs until it is stopped. */
@FunctionalInterface
public interface Program {
  /**
   * @return the exit code of the process
   */
  int run(AppConfig config);
}
