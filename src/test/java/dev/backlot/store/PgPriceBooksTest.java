package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgPriceBooksTest {
  private final StoreFixture fixture = new StoreFixture();
  private final PgPriceBooks books = new PgPriceBooks(fixture.database.pool());

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  private boolean keep(String version, String text) throws Exception {
    return StoreFixture.await(books.keep(version, text, StoreFixture.NOW));
  }

  @Test
  void a_version_is_kept_once_and_stands_for_one_text() throws Exception {
    assertThat(keep("1", "prices")).isTrue();
    assertThat(keep("1", "prices")).isTrue();
    assertThat(keep("1", "other prices")).isFalse();
    assertThat(keep("2", "other prices")).isTrue();
  }

  @Test
  void what_is_kept_cannot_be_changed_by_the_role_that_serves() throws Exception {
    assertThat(keep("1", "prices")).isTrue();

    for (String statement :
        List.of("UPDATE price_book SET content = 'x'", "DELETE FROM price_book")) {
      assertThatThrownBy(
              () -> StoreFixture.await(fixture.database.pool().query(statement).execute()))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("permission denied");
    }
  }
}
