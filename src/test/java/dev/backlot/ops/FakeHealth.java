package dev.backlot.ops;

import dev.backlot.port.ProviderHealth;
import java.util.List;
import java.util.Optional;

/** One account whose creates are broken, and one that is parked. */
enum FakeHealth implements ProviderHealth {
  OPEN_AND_PARKED;

  @Override
  public boolean mayCreate(String account) {
    return false;
  }

  @Override
  public List<BreakerView> breakers() {
    return List.of(new BreakerView("main", "create", "open"));
  }

  @Override
  public List<String> parked() {
    return List.of("spare");
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
