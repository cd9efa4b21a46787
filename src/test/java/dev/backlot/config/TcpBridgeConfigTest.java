package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.store.Certificate;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpBridgeConfigTest {
  @TempDir Path directory;

  @Test
  void it_is_not_there_when_it_is_switched_off() {
    assertThat(TcpBridgeConfig.from(section(true, Map.of("enabled", false, "host", "0.0.0.0"))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.53", "localhost", "::1"})
  void on_loopback_nothing_need_be_encrypted(String host) {
    assertThat(TcpBridgeConfig.from(section(true, on(host)))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.0.0.5", "::", "127.0.0.1.example.com"})
  void in_production_keys_do_not_travel_unencrypted(String host) {
    assertThatThrownBy(() -> TcpBridgeConfig.from(section(true, on(host))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("stream.tcp-bridge.tls.certificate");
  }

  @Test
  void outside_production_they_may() {
    assertThat(TcpBridgeConfig.from(section(false, on("0.0.0.0")))).isPresent();
  }

  @Test
  void a_certificate_and_its_key_are_taken() throws Exception {
    Certificate node = Certificate.forLoopbackAddress(directory, "node");

    assertThat(
            TcpBridgeConfig.from(section(true, on("0.0.0.0", node.pem(), node.key())))
                .orElseThrow()
                .tls())
        .contains(new TcpBridgeConfig.Tls(node.pem(), node.key()));
  }

  @Test
  void a_key_of_another_certificate_is_refused() throws Exception {
    Certificate node = Certificate.forLoopbackAddress(directory, "node");
    Certificate other = Certificate.forLoopbackAddress(directory, "other");

    assertThatThrownBy(
            () -> TcpBridgeConfig.from(section(true, on("0.0.0.0", node.pem(), other.key()))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("stream.tcp-bridge.tls.key");
  }

  private static Map<String, Object> on(String host) {
    return Map.of("enabled", true, "host", host, "port", 0, "connections-max", 10);
  }

  private static Map<String, Object> on(String host, Path certificate, Path key) {
    Map<String, Object> values = new TreeMap<>(on(host));
    values.put("tls", Map.of("certificate", "file:" + certificate, "key", "file:" + key));
    return values;
  }

  private static Section section(boolean production, Map<String, Object> values) {
    return new Section("stream.tcp-bridge", values, production, name -> "");
  }
}
