package dev.backlot.cli;

import dev.backlot.config.ConfigException;
import dev.backlot.domain.BacklotException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Says what went wrong in one line. Messages of drivers and libraries stay out of it, since they
 * quote what they choked on; their type is what an operator can look up.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int FAILED = 1;

  /** A chain may lead back to itself. */
  private static final int MAX_CAUSES = 10;

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
    err.println("With LOG_LEVEL=DEBUG the log has all of it, which may quote what it choked on.");
    LOG.debug("it went wrong here", failure);
    return FAILED;
  }

  /** All of them: what a library wraps its failures in says less than what it has wrapped. */
  private static String cause(Throwable failure) {
    String causes =
        Stream.iterate(failure.getCause(), Objects::nonNull, Throwable::getCause)
            .limit(MAX_CAUSES)
            .map(cause -> cause.getClass().getSimpleName())
            .collect(Collectors.joining(", "));
    return causes.isEmpty() ? "" : " (" + causes + ")";
  }
}
