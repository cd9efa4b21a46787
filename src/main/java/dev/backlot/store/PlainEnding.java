package dev.backlot.store;

import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Endings.Ending;
import java.util.Optional;

/**
 * An ending without what the provider wrote freely. Its deduction goes too, and is left to the
 * reconciliation; the payload stays, as far as the database can hold it, because the way to the
 * files is in it.
 */
final class PlainEnding {
  private static final String NUL = "\0";

  private PlainEnding() {}

  /** Empty when there is nothing of the provider in it. */
  static Optional<Ending> of(Ending ending) {
    if (ending instanceof Ending.Succeeded succeeded) {
      return Optional.of(new Ending.Succeeded(succeeded.ref(), plain(succeeded.report())));
    }
    if (ending instanceof Ending.Failed failed) {
      return Optional.of(
          new Ending.Failed(failed.ref(), failed.error(), null, plain(failed.raw())));
    }
    if (ending instanceof Ending.TryAgain again) {
      return Optional.of(
          new Ending.TryAgain(
              again.ref(), again.error(), null, again.notBefore(), plain(again.raw())));
    }
    if (ending instanceof Ending.Replaced replaced) {
      return Optional.of(
          new Ending.Replaced(
              replaced.ref(), replaced.error(), null, replaced.by(), plain(replaced.raw())));
    }
    return Optional.empty();
  }

  private static TaskReport.Succeeded plain(TaskReport.Succeeded report) {
    return new TaskReport.Succeeded(
        report.taskId(),
        report.outputs().stream()
            .map(
                output ->
                    new Output(
                        output.n(),
                        output.type(),
                        null,
                        output.watermark(),
                        output.place(),
                        null,
                        null))
            .toList(),
        null,
        plain(report.raw()));
  }

  /** PostgreSQL's text holds every character but this one. */
  private static String plain(String raw) {
    return raw.replace(NUL, "");
  }
}
