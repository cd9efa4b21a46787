package dev.backlot.store;

/** Price books, written once. */
final class PriceBookSql {
  private PriceBookSql() {}

  /** $1 version, $2 content, $3 now. */
  static final String KEEP =
      """
      INSERT INTO price_book (version, content, kept_at) VALUES ($1, $2, $3)
          ON CONFLICT (version) DO NOTHING""";

  /** A statement of its own: it must see what another node has kept meanwhile. $1 version. */
  static final String CONTENT = "SELECT content FROM price_book WHERE version = $1";
}
