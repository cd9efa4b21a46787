package dev.backlot.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceGuardTest {
  private final List<String> lookedUp = new ArrayList<>();
  private List<String> addresses = List.of("8.8.8.8");

  @Test
  void a_public_host_over_https_may_be_asked() throws TimeoutException {
    SourceGuard.Source source = check("https://cdn.example/a/b.mp4?sig=x%20y");

    assertThat(source.address().getAddress().getHostAddress()).isEqualTo("8.8.8.8");
    assertThat(source.address().getPort()).isEqualTo(443);
    assertThat(source.host()).isEqualTo("cdn.example");
    assertThat(source.target()).isEqualTo("/a/b.mp4?sig=x%20y");
  }

  @Test
  void a_host_is_looked_up_once() throws TimeoutException {
    check("https://cdn.example/");

    assertThat(lookedUp).containsExactly("cdn.example");
  }

  @Test
  void the_address_of_a_source_is_not_printed() throws TimeoutException {
    assertThat(check("https://cdn.example/a?sig=c4nary").toString()).doesNotContain("c4nary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://cdn.example/",
        "ftp://cdn.example/",
        "file:///etc/passwd",
        "//cdn.example/a",
        "/a",
        "",
        "https://",
        "https:cdn.example",
        "https://user:pw@cdn.example/",
        "https://cdn.example/a b",
        "https://cdn_example/"
      })
  void anything_but_https_with_a_plain_host_is_refused(String url) {
    assertThatThrownBy(() -> check(url)).isInstanceOf(SourceGuard.Refused.class);
    assertThat(lookedUp).isEmpty();
  }

  @Test
  void a_name_that_leads_inside_is_refused() {
    addresses = List.of("169.254.169.254", "127.0.0.1", "fd00::1");

    assertThatThrownBy(() -> check("https://cdn.example/")).hasMessage("not a public address");
  }

  @Test
  void of_several_addresses_a_public_one_is_taken() throws TimeoutException {
    addresses = List.of("10.0.0.1", "1.1.1.1");

    assertThat(check("https://cdn.example/").address().getAddress().getHostAddress())
        .isEqualTo("1.1.1.1");
  }

  @Test
  void an_unknown_host_is_refused() {
    addresses = List.of();

    assertThatThrownBy(() -> check("https://cdn.example/")).isInstanceOf(SourceGuard.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, https://a.example/, true",
    "a.example, https://A.EXAMPLE/, true",
    "a.example, https://b.a.example/, false",
    ".a.example, https://b.a.example/, true",
    ".a.example, https://a.example/, false",
    ".a.example, https://evila.example/, false"
  })
  void a_list_of_hosts_is_kept_to(String allowed, String url, boolean may) {
    SourceGuard guard =
        new SourceGuard(TestResults.config().allowHosts(allowed).build(), this::resolve);

    assertThat(guard.check(url).succeeded()).isEqualTo(may);
  }

  @ParameterizedTest
  @CsvSource({
    "http://inside.example:81/a, true",
    "https://inside.example/a, true",
    "http://other.example/a, false"
  })
  void a_named_private_host_may_be_asked_without_tls(String url, boolean may) {
    addresses = List.of("10.0.0.1");
    SourceGuard guard =
        new SourceGuard(
            TestResults.config().allowPrivate(Set.of("inside.example")).build(), this::resolve);

    assertThat(guard.check(url).succeeded()).isEqualTo(may);
  }

  private SourceGuard.Source check(String url) throws TimeoutException {
    SourceGuard guard =
        new SourceGuard(TestResults.config().allowPrivate(Set.of()).build(), this::resolve);
    return guard.check(url).await(5, TimeUnit.SECONDS);
  }

  private Future<List<InetAddress>> resolve(String host) {
    lookedUp.add(host);
    List<InetAddress> resolved = new ArrayList<>();
    for (String address : addresses) {
      try {
        resolved.add(InetAddress.getByName(address));
      } catch (UnknownHostException notALiteral) {
        return Future.failedFuture(notALiteral);
      }
    }
    return resolved.isEmpty()
        ? Future.failedFuture(new UnknownHostException())
        : Future.succeededFuture(resolved);
  }
}
