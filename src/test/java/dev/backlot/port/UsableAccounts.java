package dev.backlot.port;

import java.util.List;
import java.util.function.Predicate;

/** Accounts of which a test says whether they may be used; none is parked. */
public class UsableAccounts implements ProviderHealth {
  private final Predicate<String> mayCreate;

  public UsableAccounts(Predicate<String> mayCreate) {
    this.mayCreate = mayCreate;
  }

  @Override
  public boolean mayCreate(String account) {
    return mayCreate.test(account);
  }

  @Override
  public List<BreakerView> breakers() {
    return List.of();
  }

  @Override
  public List<Parked> parked() {
    return List.of();
  }

  @Override
  public void unpark(String account) {
    throw new UnsupportedOperationException();
  }
}
