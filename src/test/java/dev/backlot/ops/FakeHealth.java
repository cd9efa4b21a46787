package dev.backlot.ops;

import dev.backlot.port.ProviderHealth;
import java.time.Instant;
import java.util.List;

/** One account whose creates are broken, one that is parked, and one of which a pack is. */
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
  public List<Parked> parked() {
    return List.of(
        new Parked("spare", null, 1002, Instant.EPOCH, Instant.EPOCH),
        new Parked("third", "image", 1102, Instant.EPOCH, Instant.EPOCH));
  }

  @Override
  public void unpark(String account) {
    throw new UnsupportedOperationException();
  }
}
