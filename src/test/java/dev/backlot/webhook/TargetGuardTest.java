package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.access.TenantId;
import dev.backlot.webhook.TargetGuard.Forbidden;
import dev.backlot.webhook.TargetGuard.Target;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetGuardTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 1));
  private static final String NAME = "https://hooks.example.com/in?token=c4nary";

  private final Deque<List<String>> answers = new ArrayDeque<>();
  private final List<String> lookedUp = new ArrayList<>();
  private final TargetGuard guard =
      new TargetGuard(
          TestWebhooks.config().onlyPublic().ports(443, 8443).build(),
          new SharedLookUps(this::resolve, 10, 10));

  @Test
  void the_connection_goes_to_the_address_that_was_checked() throws Exception {
    answer("8.8.8.8");

    Target target = resolved(NAME);

    assertThat(target.address().getAddress().getHostAddress()).isEqualTo("8.8.8.8");
    assertThat(target.address().getPort()).isEqualTo(443);
    assertThat(target.host()).isEqualTo("hooks.example.com");
    assertThat(target.target()).isEqualTo("/in?token=c4nary");
    assertThat(lookedUp).containsExactly("hooks.example.com");
  }

  @Test
  void a_name_that_leads_elsewhere_the_second_time_is_checked_the_second_time() throws Exception {
    answer("8.8.8.8");
    answer("169.254.169.254");

    resolved(NAME);

    assertThatThrownBy(() -> resolved(NAME)).isInstanceOf(Forbidden.class);
  }

  @Test
  void of_the_addresses_of_a_name_only_a_public_one_is_connected_to() throws Exception {
    answer("10.0.0.1", "::1", "169.254.169.254", "8.8.8.8", "127.0.0.1");

    assertThat(resolved(NAME).address().getAddress().getHostAddress()).isEqualTo("8.8.8.8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::a9fe:a9fe",
        "febf::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe",
        "::ffff:0:127.0.0.1",
        "::127.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1",
        "2002:a00:1::1",
        "2002:a9fe:a9fe::1",
        "2001:0:a00:1::1",
        "192.0.0.192",
        "198.18.0.1",
        "2001:db8::1"
      })
  void a_name_that_leads_inside_is_refused(String address) {
    answer(address);

    assertThatThrownBy(() -> resolved(NAME)).isInstanceOf(Forbidden.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "https://user:pw@hooks.example.com/",
        "https://hooks.example.com:22/",
        "https://hooks.example.com:80/",
        "https://hooks.example.com/#part",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0X7F.0.0.1/",
        "https://0x7f.0x0.0x0.0x1/",
        "https://017700000001/",
        "https://0177.0.0.1/",
        "https://0177.0000.0000.0001/",
        "https://127.0.0.1./",
        "https://2852039166/",
        "https://0xa9fea9fe/",
        "https://0251.0376.0251.0376/",
        "https://169.254.43518/",
        "https://0.0.0.0/",
        "https://0/",
        "https://00000000/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://127.0.0.1%00.example.com/",
        "https://127%2e0%2e0%2e1/",
        "https://hooks.example.com@127.0.0.1/",
        "https://127.0.0.1\\@hooks.example.com/",
        "https://[::]/",
        "https://[::1]/",
        "https://[0:0:0:0:0:0:0:1]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[0:0:0:0:0:ffff:a9fe:a9fe]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://a.localhost/",
        "https://metadata.google.internal/",
        "https://intranet/",
        "https:///a",
        "//hooks.example.com/",
        "hooks.example.com",
        "https://hooks.example.com/a b",
        "https://hooks_example.com/",
        "https://hooks.example.com\r\nX: y/"
      })
  void an_address_that_must_not_be_asked_is_refused_and_not_looked_up(String url) {
    assertThat(guard.problem(url)).isPresent();
    assertThatThrownBy(() -> resolved(url)).isInstanceOf(Forbidden.class);
    assertThat(lookedUp).isEmpty();
  }

  @Test
  void a_name_that_leads_nowhere_is_no_forbidden_address() {
    answer();

    assertThatThrownBy(() -> resolved(NAME)).isInstanceOf(UnknownHostException.class);
  }

  @Test
  void a_development_installation_may_send_to_this_machine() throws Exception {
    TargetGuard local =
        new TargetGuard(TestWebhooks.config().build(), new SharedLookUps(this::resolve, 10, 10));
    answer("127.0.0.1");

    Target target = local.resolve(TENANT, "http://localhost:9000").await(5, TimeUnit.SECONDS);

    assertThat(target.tls()).isFalse();
    assertThat(target.address().getPort()).isEqualTo(9_000);
    assertThat(target.target()).isEqualTo("/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:0/", "http://localhost:99999/"})
  void a_port_that_cannot_be_is_refused_on_a_development_installation_too(String url) {
    TargetGuard local =
        new TargetGuard(TestWebhooks.config().build(), new SharedLookUps(this::resolve, 10, 10));

    assertThat(local.problem(url)).isPresent();
  }

  /** What goes into the line of a request is ASCII (RFC 9112, section 3). */
  @Test
  void letters_of_the_path_that_are_not_ascii_are_encoded() throws Exception {
    answer("8.8.8.8");

    assertThat(resolved("https://hooks.example.com/caf\u00e9?q=\u00fc").target())
        .isEqualTo("/caf%C3%A9?q=%C3%BC");
  }

  @Test
  void the_address_of_a_target_is_not_printed() throws Exception {
    answer("8.8.8.8");

    assertThat(resolved(NAME).toString()).doesNotContain("c4nary");
  }

  private Target resolved(String url) throws TimeoutException {
    return guard.resolve(TENANT, url).await(5, TimeUnit.SECONDS);
  }

  private void answer(String... addresses) {
    answers.add(Arrays.asList(addresses));
  }

  private Future<List<InetAddress>> resolve(String host) {
    lookedUp.add(host);
    List<InetAddress> resolved = new ArrayList<>();
    for (String address : answers.remove()) {
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
