package dev.backlot.provider;

import dev.backlot.config.AccountConfig;
import dev.backlot.config.AccountConfig.Credential;
import dev.backlot.config.AccountConfig.Dialects;
import dev.backlot.config.AccountConfig.Lookup;
import dev.backlot.config.AccountConfig.Slots;
import dev.backlot.config.CallbackConfig;
import dev.backlot.config.CallbackSignatures;
import dev.backlot.config.ProviderConfig;
import dev.backlot.config.ProviderConfig.Breaker;
import dev.backlot.config.ProviderConfig.Deadlines;
import dev.backlot.config.ProviderConfig.ListPages;
import dev.backlot.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Configurations for tests: one account, short times. */
final class KlingConfigs {
  static final String ACCOUNT = "account-1";
  static final String ACCESS_KEY = "ak-canary-4711";
  static final String SECRET_KEY = "sk-canary-4712";
  static final String API_KEY = "api-key-kling-canary-4713";
  static final int ANSWER_SIZE = 64 * 1024;

  private KlingConfigs() {}

  static ProviderConfig withKeyPair(String address) {
    return config(
        address,
        new Credential.KeyPair(new Secret(ACCESS_KEY), new Secret(SECRET_KEY)),
        Lookup.LIST,
        8,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30));
  }

  static ProviderConfig withApiKey(String address) {
    return config(
        address,
        new Credential.ApiKey(new Secret(API_KEY)),
        Lookup.TASKS,
        8,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30));
  }

  static ProviderConfig config(
      String address,
      Credential credential,
      Lookup lookup,
      int createConnections,
      Duration create,
      Duration late) {
    return new ProviderConfig(
        List.of(
            new AccountConfig(
                ACCOUNT,
                "default",
                URI.create(address),
                credential,
                lookup,
                new Slots(5, 9, Map.of()),
                Dialects.own(),
                CallbackSignatures.none(),
                AccountConfig.Standing.even())),
        createConnections,
        4,
        ANSWER_SIZE,
        new Deadlines(
            Duration.ofSeconds(5), create, Duration.ofSeconds(5), Duration.ofSeconds(10), late),
        new ListPages(2, 3, Duration.ofMinutes(1)),
        new Breaker(3, Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofSeconds(60)),
        CallbackConfig.off());
  }
}
