package dev.backlot.benchmark;

import io.vertx.core.json.JsonObject;

/**
 * What was spent up to a moment, counted by PostgreSQL and by the simulator, background work such
 * as heartbeats included.
 *
 * @param statements SQL statements of the service, BEGIN, SET and COMMIT included
 * @param transactions those of several statements
 * @param rows inserted, updated or deleted
 * @param walBytes bytes of write-ahead log
 * @param requests HTTP requests to the provider
 */
record Costs(
    double statements, double transactions, double rows, double walBytes, double requests) {
  private static final String OURS = "userid = 'backlot_app'::regrole";

  /** Puts the counter of statements into the database server; it is not there by default. */
  static void prepare(Service service) {
    service
        .database()
        .administer("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
    service.restart();
    service.database().administer("CREATE EXTENSION pg_stat_statements");
  }

  static Costs soFar(Service service) {
    Database database = service.database();
    // PostgreSQL adds a connection's counts to the sums when it ends, or seconds later.
    database.number(
        """
        SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
         WHERE usename = 'backlot_app' AND state = 'idle'""");
    return new Costs(
        database.number("SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE " + OURS),
        database.number(
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query = 'BEGIN' AND "
                + OURS),
        database.number(
            """
            SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"""),
        database.number("SELECT pg_current_wal_insert_lsn() - '0/0'"),
        requests(service.books()));
  }

  Costs each(Costs before, int jobs) {
    return new Costs(
        (statements - before.statements) / jobs,
        (transactions - before.transactions) / jobs,
        (rows - before.rows) / jobs,
        (walBytes - before.walBytes) / jobs,
        (requests - before.requests) / jobs);
  }

  private static double requests(JsonObject books) {
    JsonObject byRoute = books.getJsonObject("requests");
    return byRoute.stream().mapToLong(route -> ((Number) route.getValue()).longValue()).sum();
  }
}
