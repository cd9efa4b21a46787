package dev.backlot.cli;

import dev.backlot.config.ConfigException;
import dev.backlot.domain.BacklotException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Says what went wrong in one line. Messages of drivers and libraries stay out of it, since they
 * quote what they choked on; their type is what an operator can look up.
 */
final class Failures {
  private static final int FAILED = 1;
  private static final int MISCONFIGURED = 2;

  private Failures() {}

  static int explain(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (failure instanceof ConfigException wrong) {
      err.println("Configuration: " + wrong.getMessage());
      return MISCONFIGURED;
    }
    if (failure instanceof BacklotException known) {
      err.println(known.detail() + cause(known));
      return FAILED;
    }
    err.println("Something went wrong: " + failure.getClass().getSimpleName() + cause(failure));
    return FAILED;
  }

  private static String cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? "" : " (" + cause.getClass().getSimpleName() + ")";
  }
}
