package dev.backlot.system;

import dev.backlot.config.DatabaseConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Has PostgreSQL write down every state that a row of {@code slot} is ever committed in, also those
 * between two looks of a test.
 */
final class SlotWitness {
  private static final String INSTALL =
      """
      CREATE TABLE slot_witness (
        in_flight integer NOT NULL,
        max_slots integer NOT NULL,
        raised    boolean NOT NULL
      );
      GRANT SELECT ON slot_witness TO backlot_app;
      CREATE FUNCTION witness_slot() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        INSERT INTO slot_witness VALUES (NEW.in_flight, NEW.max_slots, NEW.ceiling > OLD.ceiling);
        RETURN NULL;
      END $$;
      CREATE TRIGGER witness_slot AFTER UPDATE ON slot
        FOR EACH ROW EXECUTE FUNCTION witness_slot();""";

  private final Books books;

  private SlotWitness(Books books) {
    this.books = books;
  }

  /** To be called before the first job. */
  static SlotWitness install(BacklotProcess process) {
    try (Connection owner =
            DriverManager.getConnection(process.jdbcUrl(), DatabaseConfig.OWNER, "");
        Statement statement = owner.createStatement()) {
      statement.execute(INSTALL);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
    return new SlotWitness(new Books(process));
  }

  /** Most slots that were ever held at once. */
  int mostInFlight() {
    return books.number("SELECT coalesce(max(in_flight), 0) FROM slot_witness");
  }

  /** Committed states in which more slots were held than were bought. */
  int statesAboveTheLimit() {
    return books.number("SELECT count(*) FROM slot_witness WHERE in_flight > max_slots");
  }

  /** How often a ceiling was raised. */
  int probes() {
    return books.number("SELECT count(*) FROM slot_witness WHERE raised");
  }
}
