package dev.backlot.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers accepted tasks over a restart, as the real service would: one line per task in the
 * moment it is accepted; everything after follows from the clock. Survives a killed process, not a
 * lost disk. Grows by some 300 bytes a task and is cut to the newest tasks when it is opened. Event
 * loop only; the file work is on worker threads.
 */
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int KEPT_MAX = 200_000;

  private final @Nullable AsyncFile file;
  private Future<Void> written = Future.succeededFuture();

  private Journal(@Nullable AsyncFile file) {
    this.file = file;
  }

  /** An open journal and what it already held, oldest first. */
  record Opened(Journal journal, List<TaskPlan> plans) {}

  /**
   * @param path null keeps nothing
   */
  static Future<Opened> open(Vertx vertx, @Nullable Path path, int tasksMax) {
    if (path == null) {
      return Future.succeededFuture(new Opened(new Journal(null), List.of()));
    }
    return vertx
        .executeBlocking(() -> readAndCut(path, Math.min(tasksMax, KEPT_MAX)))
        .compose(
            plans ->
                vertx
                    .fileSystem()
                    .open(path.toString(), new OpenOptions().setAppend(true))
                    .map(file -> new Opened(new Journal(file), plans)));
  }

  void append(TaskPlan plan) {
    if (file == null) {
      return;
    }
    Buffer line = TaskPlanJson.encode(plan).toBuffer().appendString("\n");
    written =
        file.write(line)
            .onFailure(
                failure ->
                    LOG.atWarn()
                        .setCause(failure)
                        .addKeyValue("taskId", plan.number())
                        .log("simulator task not journalled"));
  }

  /** Completes when everything appended so far has been written, or could not be. */
  Future<Void> written() {
    return written;
  }

  Future<Void> close() {
    return file == null ? Future.succeededFuture() : file.close();
  }

  private static List<TaskPlan> readAndCut(Path path, int kept) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    List<TaskPlan> plans = new ArrayList<>();
    if (Files.exists(path)) {
      try (Stream<String> lines = Files.lines(path)) {
        lines.forEach(line -> addTo(plans, line));
      }
    }
    List<TaskPlan> newest = plans.subList(Math.max(0, plans.size() - kept), plans.size());
    Path whole = path.resolveSibling(path.getFileName() + ".new");
    List<String> lines = newest.stream().map(plan -> TaskPlanJson.encode(plan).encode()).toList();
    Files.write(whole, lines);
    Files.move(whole, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    return List.copyOf(newest);
  }

  /** A process that is killed may leave half a line behind; nobody was told of that task. */
  private static void addTo(List<TaskPlan> plans, String line) {
    try {
      plans.add(TaskPlanJson.decode(line));
    } catch (RuntimeException torn) {
      LOG.atWarn().addKeyValue("length", line.length()).log("torn line in the simulator's journal");
    }
  }
}
