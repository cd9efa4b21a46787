package dev.backlot.benchmark;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Where and how quietly a figure was measured. */
final class Machine {
  private Machine() {}

  static String text(Database database) {
    String postgres =
        database.query("SELECT current_setting('server_version')").iterator().next().getString(0);
    return "%d cores (%s), Java %s, PostgreSQL %s with fsync = %s and synchronous_commit = %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.arch"),
            Runtime.version().feature(),
            postgres,
            setting(database, "fsync"),
            setting(database, "synchronous_commit"));
  }

  /** Of the last minute. Above the number of cores, others took part of the machine. */
  static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return String.format(Locale.ROOT, "%.2f", load);
  }

  private static String setting(Database database, String name) {
    return database.query("SELECT current_setting($1)", name).iterator().next().getString(0);
  }
}
