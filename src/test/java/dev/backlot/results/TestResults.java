package dev.backlot.results;

import dev.backlot.config.ResultsConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings of a test: generous, but for what the test is about. */
final class TestResults {
  private int perTenant = 10;
  private long size = 1L << 30;
  private Duration connect = Duration.ofSeconds(5);
  private Duration headers = Duration.ofSeconds(20);
  private Duration idle = Duration.ofSeconds(20);
  private Duration transfer = Duration.ofMinutes(1);
  private List<String> hosts = List.of();
  private Set<String> privateHosts = Set.of("127.0.0.1");

  static TestResults config() {
    return new TestResults();
  }

  TestResults perTenant(int streams) {
    perTenant = streams;
    return this;
  }

  TestResults size(long bytes) {
    size = bytes;
    return this;
  }

  TestResults connect(Duration timeout) {
    connect = timeout;
    return this;
  }

  TestResults headers(Duration timeout) {
    headers = timeout;
    return this;
  }

  TestResults idle(Duration timeout) {
    idle = timeout;
    return this;
  }

  TestResults transfer(Duration timeout) {
    transfer = timeout;
    return this;
  }

  TestResults allowHosts(String... allowed) {
    hosts = List.of(allowed);
    return this;
  }

  TestResults allowPrivate(Set<String> allowed) {
    privateHosts = allowed;
    return this;
  }

  ResultsConfig build() {
    return new ResultsConfig(
        10,
        perTenant,
        size,
        connect,
        headers,
        idle,
        transfer,
        Duration.ofMinutes(10),
        hosts,
        privateHosts);
  }
}
