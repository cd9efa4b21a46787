package dev.backlot.port;

/** The fake keeps the contract, so a test that uses it learns something true. */
class FakeProviderTest extends VideoProviderContract {
  private final FakeProvider fake = new FakeProvider();

  @Override
  protected VideoProvider provider() {
    return fake;
  }

  @Override
  protected ProviderScript script() {
    return fake;
  }
}
