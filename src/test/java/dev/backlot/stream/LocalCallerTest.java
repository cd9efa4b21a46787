package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is at the other end cannot be had on loopback alone; the names are in the routes' test. */
class LocalCallerTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "0:0:0:0:0:0:0:1"})
  void this_machine_is_trusted(String peer) {
    assertThat(
            LocalCaller.isTrusted(from(SocketAddress.inetSocketAddress(40_000, peer)), List.of()))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.7", "192.168.1.20", "172.17.0.1", "203.0.113.9", "fe80::1"})
  void another_machine_is_not_whatever_name_it_uses(String peer) {
    assertThat(
            LocalCaller.isTrusted(from(SocketAddress.inetSocketAddress(40_000, peer)), List.of()))
        .isFalse();
  }

  @Test
  void who_has_no_address_is_not() {
    assertThat(LocalCaller.isTrusted(from(null), List.of())).isFalse();
    assertThat(LocalCaller.isTrusted(from(SocketAddress.domainSocketAddress("/tmp/x")), List.of()))
        .isFalse();
  }

  @Test
  void the_page_of_a_node_that_is_named_is_as_good_as_our_own_and_no_other_is() {
    SocketAddress here = SocketAddress.inetSocketAddress(40_000, "127.0.0.1");
    HttpServerRequest asked = from(here, "http://localhost:8082");

    assertThat(LocalCaller.isTrusted(asked, List.of("http://localhost:8082"))).isTrue();
    assertThat(LocalCaller.isTrusted(asked, List.of("http://localhost:808"))).isFalse();
    assertThat(LocalCaller.isTrusted(asked, List.of())).isFalse();
  }

  private static HttpServerRequest from(@Nullable SocketAddress peer) {
    return from(peer, null);
  }

  private static HttpServerRequest from(@Nullable SocketAddress peer, @Nullable String origin) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Host", "localhost:8080");
    if (origin != null) {
      headers.add("Origin", origin).add("Sec-Fetch-Site", "same-site");
    }
    return (HttpServerRequest)
        Proxy.newProxyInstance(
            LocalCallerTest.class.getClassLoader(),
            new Class<?>[] {HttpServerRequest.class},
            (request, method, arguments) ->
                switch (method.getName()) {
                  case "remoteAddress" -> peer;
                  case "headers" -> headers;
                  case "getHeader" -> headers.get((String) arguments[0]);
                  case "scheme" -> "http";
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
