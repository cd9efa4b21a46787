package dev.backlot.benchmark;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.Keys.NewKey;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.PgKeys;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A thousand tenants with credit for everything.
 *
 * @param keys one of each, in the order of {@code ids}
 */
record Tenants(List<TenantId> ids, List<String> keys) {
  static final int COUNT = 1_000;

  /** A busy machine must not make one of them wait too long for a connection. */
  private static final int AT_ONCE = 100;

  private static final Credits CREDIT = Credits.of("100000000");

  static Tenants make(Database database) {
    SecureRandom random = new SecureRandom();
    PgKeys keys = new PgKeys(database.vertx(), database.pool(), random, UUID::randomUUID);
    PgCreditLedger ledger = new PgCreditLedger(database.vertx(), database.pool(), random);
    Instant now = Instant.now();
    List<NewKey> all = new ArrayList<>();
    for (int first = 0; first < COUNT; first += AT_ONCE) {
      List<Future<NewKey>> made =
          IntStream.range(first, first + AT_ONCE)
              .mapToObj(i -> keys.create("tenant-" + i, Set.of(Scope.SUBMIT), now))
              .map(key -> key.compose(each -> endow(ledger, each, now)))
              .toList();
      made.forEach(each -> all.add(Await.result(each)));
    }
    return new Tenants(
        all.stream().map(NewKey::tenant).toList(), all.stream().map(NewKey::presented).toList());
  }

  List<String> someKeys(int count) {
    return keys.subList(0, count);
  }

  /** The one that is hot. */
  List<String> firstKey() {
    return keys.subList(0, 1);
  }

  private static Future<NewKey> endow(PgCreditLedger ledger, NewKey key, Instant now) {
    return ledger.grant(key.tenant(), Asset.VIDEO_UNIT, CREDIT, "benchmark", now).map(done -> key);
  }
}
