package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.store.Certificate;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterConfigTest {
  @TempDir Path directory;

  @Test
  void what_is_switched_off_is_not_read_any_further() {
    Map<String, Object> values = values();
    values.put("enabled", "false");
    values.put("port", "no port");

    assertThat(ClusterConfig.from(section(values, true))).isEmpty();
  }

  @Test
  void production_lets_nobody_in_without_a_certificate() {
    assertThatThrownBy(() -> ClusterConfig.from(section(values(), true)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("cluster.tls.certificate: is missing: in the production profile")
        .hasMessageContaining("Name this node's certificate, its key and the authority")
        .hasMessageEndingWith("or set cluster.enabled: false");
  }

  @Test
  void a_laptop_needs_no_certificate_on_loopback() {
    ClusterConfig config = ClusterConfig.from(section(values(), false)).orElseThrow();

    assertThat(config.tls()).isEmpty();
    assertThat(config.bindAddress().isLoopbackAddress()).isTrue();
  }

  @Test
  void an_address_that_is_none_of_this_machine_is_refused() {
    assertThatThrownBy(() -> bindTo("192.0.2.1"))
        .hasMessageStartingWith("cluster.interface: must be an address of this machine");
  }

  @Test
  void all_addresses_at_once_are_refused() {
    assertThatThrownBy(() -> bindTo("0.0.0.0"))
        .hasMessageStartingWith("cluster.interface: must be one address");
  }

  @Test
  void an_interface_may_be_called_by_its_name() throws Exception {
    String loopback =
        NetworkInterface.networkInterfaces()
            .filter(ClusterConfigTest::isLoopback)
            .findFirst()
            .orElseThrow()
            .getName();

    assertThat(bindTo(loopback).isLoopbackAddress()).isTrue();
  }

  @Test
  void certificate_key_and_authority_that_fit_are_taken() throws Exception {
    Certificate own = Certificate.forLoopbackAddress(directory, "own");

    assertThat(ClusterTls.from(tls(own.pem(), own.key(), own.pem()))).isPresent();
  }

  @Test
  void the_key_of_another_certificate_is_refused() throws Exception {
    Certificate own = Certificate.forLoopbackAddress(directory, "own");
    Certificate other = Certificate.forLoopbackAddress(directory, "other");

    assertThatThrownBy(() -> ClusterTls.from(tls(own.pem(), other.key(), own.pem())))
        .hasMessageStartingWith("cluster.tls.key: must be the private key of the certificate");
  }

  @Test
  void an_authority_that_does_not_vouch_for_this_node_is_refused() throws Exception {
    Certificate own = Certificate.forLoopbackAddress(directory, "own");
    Certificate other = Certificate.forLoopbackAddress(directory, "other");

    assertThatThrownBy(() -> ClusterTls.from(tls(own.pem(), own.key(), other.pem())))
        .hasMessageStartingWith("cluster.tls.ca: does not vouch for this node's own certificate");
  }

  @Test
  void a_file_that_is_no_certificate_is_refused() throws Exception {
    Certificate own = Certificate.forLoopbackAddress(directory, "own");
    Path text = Files.writeString(directory.resolve("text"), "not a certificate");

    assertThatThrownBy(() -> ClusterTls.from(tls(text, own.key(), own.pem())))
        .hasMessage("cluster.tls.certificate: holds no X.509 certificate in PEM form: " + text);
  }

  @Test
  void no_key_is_printed() throws Exception {
    Certificate own = Certificate.forLoopbackAddress(directory, "own");

    assertThat(ClusterTls.from(tls(own.pem(), own.key(), own.pem())).toString()).contains("***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "port=7800,event-port=7800 => cluster.event-port: must be another than cluster.port",
        "discovery=dns => cluster.port: must not be 0 unless cluster.discovery is database",
        "discovery=dns,port=7800 => cluster.dns-query: is missing: the name whose addresses are"
            + " those of the nodes",
        "discovery=hosts,port=7800 => cluster.hosts: is empty: name at least one, such as"
            + " [10.0.0.5:7800]",
        "discovery=gossip => cluster.discovery: must be one of database, dns, hosts, got gossip",
      })
  void an_error_names_key_and_remedy(String example) {
    String[] parts = example.split(" => ");
    Map<String, Object> values = values();
    for (String setting : parts[0].split(",")) {
      values.put(setting.split("=")[0], setting.split("=")[1]);
    }

    assertThatThrownBy(() -> ClusterConfig.from(section(values, false))).hasMessage(parts[1]);
  }

  @Test
  void a_host_has_a_port() {
    Map<String, Object> values = values();
    values.put("hosts", List.of("10.0.0.5"));

    assertThatThrownBy(() -> ClusterConfig.from(section(values, false)))
        .hasMessage("cluster.hosts: must be host:port, such as 10.0.0.5:7800, got 10.0.0.5");
  }

  private static InetAddress bindTo(String text) {
    Map<String, Object> values = values();
    values.put("interface", text);
    return ClusterConfig.from(section(values, false)).orElseThrow().bindAddress();
  }

  private static boolean isLoopback(NetworkInterface each) {
    return each.inetAddresses().anyMatch(InetAddress::isLoopbackAddress);
  }

  private static Map<String, Object> values() {
    return new HashMap<>(
        Map.of(
            "enabled", "true",
            "discovery", "database",
            "interface", "127.0.0.1",
            "port", "0",
            "event-port", "0",
            "advertised-port", "0",
            "advertised-event-port", "0"));
  }

  private static Section section(Map<String, Object> values, boolean production) {
    return new Section("cluster", values, production, variable -> "");
  }

  private static Section tls(Path certificate, Path key, Path ca) {
    return new Section(
        "cluster.tls",
        Map.of("certificate", "file:" + certificate, "key", "file:" + key, "ca", "file:" + ca),
        true,
        variable -> "");
  }
}
