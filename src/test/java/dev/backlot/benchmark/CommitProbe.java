package dev.backlot.benchmark;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the disk and the machine leave to everybody: commits of one row, four a second, beside what
 * is measured. Nothing that must be on disk before it goes on can be faster than these.
 */
final class CommitProbe implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Connection connection;
  private final List<Double> millis = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread = new Thread(this::run, "commit probe");
  private volatile boolean stopped;

  private CommitProbe(Connection connection) {
    this.connection = connection;
  }

  static CommitProbe start(Database database) {
    try {
      Connection connection = DriverManager.getConnection(database.jdbcUrl(), "postgres", "");
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE IF NOT EXISTS bare_commit (number bigint)");
      }
      CommitProbe probe = new CommitProbe(connection);
      probe.thread.start();
      return probe;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void run() {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO bare_commit VALUES (1)")) {
      while (!stopped) {
        RunningRows.pause(PAUSE);
        long begun = System.nanoTime();
        insert.executeUpdate();
        millis.add((System.nanoTime() - begun) / 1e6);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Milliseconds within which this share of the commits was on disk. */
  double within(double share) {
    List<Double> sorted = millis.stream().sorted().toList();
    return sorted.get((int) ((sorted.size() - 1) * share));
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
      connection.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
