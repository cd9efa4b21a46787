package dev.backlot.alerting;

import dev.backlot.port.ProviderHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One account whose breaker and parking the test sets. */
final class FakeHealth implements ProviderHealth {
  private String create = "closed";
  private final List<String> parked = new ArrayList<>();

  void create(String state) {
    create = state;
  }

  void park(String account) {
    parked.add(account);
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
  public List<String> parked() {
    return List.copyOf(parked);
  }

  @Override
  public Optional<ParkedView> parking(String account) {
    return Optional.empty();
  }

  @Override
  public void unpark(String account) {
    throw new UnsupportedOperationException();
  }
}
