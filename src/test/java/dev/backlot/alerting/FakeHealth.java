package dev.backlot.alerting;

import dev.backlot.port.ProviderHealth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One account whose breaker and parking the test sets. */
final class FakeHealth implements ProviderHealth {
  private String create = "closed";
  private final List<Parked> parked = new ArrayList<>();

  void create(String state) {
    create = state;
  }

  void park(String account) {
    park(account, null, 1002);
  }

  void park(String account, @Nullable String pack, int code) {
    parked.add(new Parked(account, pack, code, Instant.EPOCH, Instant.EPOCH));
  }

  void unparkAll() {
    parked.clear();
  }

  @Override
  public boolean mayCreate(String account) {
    return !create.equals("open");
  }

  @Override
  public List<BreakerView> breakers() {
    return List.of(
        new BreakerView("main", "create", create), new BreakerView("main", "query", "closed"));
  }

  @Override
  public List<Parked> parked() {
    return List.copyOf(parked);
  }

  @Override
  public void unpark(String account) {
    throw new UnsupportedOperationException();
  }
}
