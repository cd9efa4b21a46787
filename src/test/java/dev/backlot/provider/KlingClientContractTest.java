package dev.backlot.provider;

import dev.backlot.config.ProviderConfig;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.port.ProviderScript;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProviderContract;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;

/** The client keeps the contract, with either kind of key and either second way of asking. */
class KlingClientContractTest {

  private abstract static class OverHttp extends VideoProviderContract {
    private final KlingStub stub = new KlingStub(vertx);

    abstract ProviderConfig config(String address);

    @Override
    protected VideoProvider provider() throws Exception {
      get(stub.start());
      return new KlingClient(vertx, InstantSource.system(), config(stub.address()));
    }

    @Override
    protected ProviderScript script() {
      return stub;
    }
  }

  @Nested
  class With_a_key_pair_and_the_list extends OverHttp {
    @Override
    protected boolean takesGroups() {
      return false;
    }

    @Override
    ProviderConfig config(String address) {
      return KlingConfigs.withKeyPair(address);
    }
  }

  @Nested
  class In_the_newer_dialect extends OverHttp {
    @Override
    ProviderConfig config(String address) {
      return KlingConfigs.withApiKey(address);
    }

    @Override
    protected String dialect() {
      return "path-per-model";
    }

    @Override
    protected String path() {
      return "/text-to-video/kling-3.0";
    }

    @Override
    protected LookupBy lookup() {
      return LookupBy.TASKS;
    }
  }

  @Nested
  class With_an_api_key_and_tasks extends OverHttp {
    @Override
    ProviderConfig config(String address) {
      return KlingConfigs.withApiKey(address);
    }
  }
}
