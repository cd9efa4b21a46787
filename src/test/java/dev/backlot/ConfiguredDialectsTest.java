package dev.backlot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigSource;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.SlotClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One account speaks the newer dialect and has no slot for a model; the other has slots and speaks
 * the older dialect only.
 */
class ConfiguredDialectsTest {
  @TempDir Path directory;

  private final SlotClass turbo = new SlotClass("kling-3.0-turbo", "video");

  private ConfiguredDialects dialects() throws Exception {
    Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
    Path conf =
        Files.writeString(
            directory.resolve("backlot.yaml"),
            Files.readString(Path.of("conf/backlot.yaml"))
                .replaceFirst("models: \\{\\}", "models: {kling-3.0-turbo: 0}"));
    AppConfig config =
        AppConfig.load(
            new ConfigSource(
                Optional.of(conf),
                List.of(
                    "data-directory=" + directory,
                    "provider.accounts[0].api-key=file:" + key,
                    "provider.accounts[1].id=signed",
                    "provider.accounts[1].pool=default",
                    "provider.accounts[1].base-url=http://127.0.0.1:8090",
                    "provider.accounts[1].access-key=file:" + key,
                    "provider.accounts[1].secret-key=file:" + key,
                    "provider.accounts[1].lookup=list",
                    "provider.accounts[1].slots.default=5",
                    "provider.accounts[1].slots.images=5"),
                Map.of()));
    return new ConfiguredDialects(config.provider().accounts());
  }

  private int most(Reach reach, Dialect dialect) {
    return reach.spoken().contains(dialect) ? reach.capacity().most(dialect, turbo) : 0;
  }

  @Test
  void a_pool_can_do_what_one_of_its_accounts_can() throws Exception {
    Reach pool = dialects().of("default", null);

    assertThat(pool.spoken()).contains(Dialect.values());
    assertThat(most(pool, Dialect.PATH_PER_MODEL)).isZero();
    assertThat(most(pool, Dialect.LEGACY)).isEqualTo(5);
  }

  @Test
  void of_one_account_only_its_own_counts() throws Exception {
    assertThat(most(dialects().of("default", "signed"), Dialect.LEGACY)).isEqualTo(5);
    assertThat(most(dialects().of("default", "simulator"), Dialect.LEGACY)).isZero();
  }

  @Test
  void an_account_of_another_pool_or_of_none_can_nothing() throws Exception {
    assertThat(dialects().of("other", "signed").spoken()).isEmpty();
    assertThat(dialects().of("default", "gone").spoken()).isEmpty();
  }
}
