package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As in production: the connection goes to the checked address, and the name must be proved. */
class WebhookTlsTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 1));
  private static final String NAME = "hooks.test";
  private static final String PASSWORD = "changeit";

  @TempDir static Path directory;

  private final Vertx vertx = Vertx.vertx();
  private Receiver receiver;

  /** The JDK's own tool: Java has no public way to make a certificate. */
  @BeforeAll
  static void makeCertificate() throws IOException, InterruptedException {
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                directory.resolve("store.p12").toString(),
                "-storepass",
                PASSWORD,
                "-dname",
                "CN=" + NAME,
                "-ext",
                "san=dns:" + NAME)
            .redirectErrorStream(true)
            .start();
    assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(made.exitValue()).isZero();
  }

  @BeforeEach
  void start() throws TimeoutException {
    receiver =
        Receiver.start(
            vertx,
            new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(certificate()));
  }

  @AfterEach
  void stop() throws TimeoutException {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_receiver_that_proves_its_name_gets_the_delivery() throws Exception {
    receiver.answer(
        request ->
            request
                .response()
                .setStatusCode(NAME.equals(request.connection().indicatedServerName()) ? 204 : 421)
                .end());

    assertThat(send(new HttpClientOptions().setTrustOptions(certificate()), NAME))
        .isEqualTo(Outcome.of(204, null));
    assertThat(receiver.next().headers().get("Host")).isEqualTo(NAME + ":" + receiver.port());
  }

  @Test
  void one_that_proves_another_name_gets_nothing() throws Exception {
    Outcome outcome = send(new HttpClientOptions().setTrustOptions(certificate()), "other.test");

    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.NO_CONNECTION);
    assertThat(receiver.count()).isZero();
  }

  @Test
  void one_that_nobody_vouches_for_gets_nothing() throws Exception {
    assertThat(send(new HttpClientOptions(), NAME).kind()).isEqualTo(Outcome.Kind.NO_CONNECTION);
    assertThat(receiver.count()).isZero();
  }

  private Outcome send(HttpClientOptions options, String host) throws TimeoutException {
    WebhooksConfig config = TestWebhooks.config().build();
    SharedLookUps toHere =
        new SharedLookUps(
            name -> Future.succeededFuture(List.of(InetAddress.getLoopbackAddress())), 10, 1);
    HttpSender sender =
        new HttpSender(
            vertx, config, new TargetGuard(config, toHere), options, InstantSource.system());
    return vertx
        .timer(1)
        .compose(
            onLoop -> sender.send(TENANT, receiver.url(host), Map.of("webhook-id", "evt_1"), "{}"))
        .await(20, TimeUnit.SECONDS);
  }

  private static PfxOptions certificate() {
    return new PfxOptions()
        .setPath(directory.resolve("store.p12").toString())
        .setPassword(PASSWORD);
  }
}
