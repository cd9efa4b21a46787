package dev.backlot.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connection goes to the checked address; name, certificate and Host stay those of the url. */
class ResultTlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path directory;

  private final Vertx vertx = Vertx.vertx();
  private Origin origin;
  private ResultServer server;

  /** The JDK's own tool: Java has no public way to make a certificate. */
  @BeforeAll
  static void makeCertificate() throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store(),
                "-storepass",
                PASSWORD,
                "-dname",
                "CN=cdn.test",
                "-ext",
                "san=dns:cdn.test")
            .redirectErrorStream(true)
            .start();
    assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(made.exitValue()).isZero();
  }

  @BeforeEach
  void start() throws TimeoutException {
    PfxOptions certificate = new PfxOptions().setPath(store()).setPassword(PASSWORD);
    origin =
        Origin.start(
            vertx,
            new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(certificate));
    server = serverThatTrusts(new HttpClientOptions().setTrustOptions(certificate));
  }

  @AfterEach
  void stop() throws TimeoutException {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void the_checked_address_is_asked_under_the_name_of_the_url() {
    server.job.succeededWith("https://cdn.test:" + origin.port() + "/a.mp4");

    assertThat(server.get().body()).isEqualTo(Origin.FILE);
    assertThat(origin.requests.get(0).connection().indicatedServerName()).isEqualTo("cdn.test");
    assertThat(origin.requests.get(0).getHeader("Host")).isEqualTo("cdn.test:" + origin.port());
  }

  @Test
  void a_certificate_for_another_name_is_refused() {
    server.job.succeededWith("https://other.test:" + origin.port() + "/a.mp4");

    assertThat(server.get().statusCode()).isEqualTo(502);
    assertThat(origin.requests).isEmpty();
  }

  @Test
  void a_certificate_of_nobody_we_know_is_refused() throws TimeoutException {
    server.close();
    server = serverThatTrusts(new HttpClientOptions());
    server.job.succeededWith("https://cdn.test:" + origin.port() + "/a.mp4");

    assertThat(server.get().statusCode()).isEqualTo(502);
    assertThat(origin.requests).isEmpty();
  }

  private ResultServer serverThatTrusts(HttpClientOptions options) throws TimeoutException {
    return ResultServer.start(
        vertx,
        TestResults.config()
            .connect(Duration.ofSeconds(10))
            .allowPrivate(Set.of("cdn.test", "other.test"))
            .build(),
        options,
        host -> Future.succeededFuture(List.of(InetAddress.getLoopbackAddress())));
  }

  private static String store() {
    return directory.resolve("store.p12").toString();
  }
}
