package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.Secret;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.domain.webhook.Standing;
import dev.backlot.http.WebhookSignature;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Checked with nothing of ours: by the words of the specification, and the platform's own keys. */
class SignatureTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final EndpointId ID = new EndpointId(new UUID(1, 1));
  private static final String EVENT = "evt_1";
  private static final String BODY = "{\"type\":\"event\"}";
  private static final String SIGNED = EVENT + "." + NOW.getEpochSecond() + "." + BODY;

  /** What stands before 32 bytes of a public key in X.509 (RFC 8410, section 4). */
  private static final String ED25519 = "302a300506032b6570032100";

  /** Private and public half of the example, without its {@code whsk_}. */
  private static final String EXAMPLE_KEYS =
      "6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";

  private final SecureRandom random = new SecureRandom();
  private final KeySafe safe = new KeySafe(new Secret("k".repeat(32)), random);
  private final NewKeys newKeys = new NewKeys(safe, random);

  @Test
  void the_shared_secret_verifies_v1() throws Exception {
    NewKeys.Fresh keys = newKeys.make(ID);

    List<String> signatures = sign(endpoint(keys, null, null));

    assertThat(signatures).hasSize(2);
    assertThat(signatures.get(0)).isEqualTo(v1(keys.presented()));
  }

  /** With its only worker busy, nobody else signs. */
  @Test
  void no_event_loop_signs() throws Exception {
    Vertx vertx = Vertx.vertx();
    CountDownLatch busy = new CountDownLatch(1);
    try {
      WorkerExecutor workers = vertx.createSharedWorkerExecutor("signers", 1);
      workers.executeBlocking(() -> busy.await(20, TimeUnit.SECONDS), false);
      Endpoint endpoint = endpoint(newKeys.make(ID), null, null);

      Promise<Future<String>> begun = Promise.promise();
      vertx.runOnContext(loop -> begun.complete(sign(new Signatures(workers, safe), endpoint)));
      Future<String> signature = begun.future().await(20, TimeUnit.SECONDS);

      assertThat(signature.isComplete()).isFalse();
      busy.countDown();
      assertThat(signature.await(20, TimeUnit.SECONDS)).startsWith("v1,");
    } finally {
      busy.countDown();
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void the_public_key_verifies_v1a() throws Exception {
    NewKeys.Fresh keys = newKeys.make(ID);

    List<String> signatures = sign(endpoint(keys, null, null));

    assertThat(signatures.get(1)).startsWith("v1a,");
    assertThat(verifies(keys.publicKey(), signatures.get(1))).isTrue();
    assertThat(verifies(newKeys.make(ID).publicKey(), signatures.get(1))).isFalse();
  }

  /**
   * The example of the reference implementation (svix-server, worker.rs, {@code
   * test_asymmetric_key_signing}), whose signature is the one in the text of Standard Webhooks.
   * Ed25519 signs the same content always the same, so whoever follows the specification gets these
   * very bytes.
   */
  @Test
  void v1a_is_byte_for_byte_that_of_the_specifications_example() throws Exception {
    byte[] pair = Base64.getDecoder().decode(EXAMPLE_KEYS);
    byte[] keys = new byte[64];
    System.arraycopy(pair, 0, keys, 32, 32);

    String signature =
        WebhookSignature.asymmetric(new SigningKeys(keys).privateKey())
            .of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");

    assertThat(signature)
        .isEqualTo(
            "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==");
  }

  @Test
  void during_a_rotation_either_secret_verifies() throws Exception {
    NewKeys.Fresh former = newKeys.make(ID);
    NewKeys.Fresh current = newKeys.make(ID);

    List<String> signatures = sign(endpoint(current, former, NOW.plusSeconds(1)));

    assertThat(signatures).hasSize(4).contains(v1(former.presented()), v1(current.presented()));
    assertThat(verifies(former.publicKey(), signatures.get(3))).isTrue();
  }

  @Test
  void after_a_rotation_the_former_secret_signs_no_more() throws Exception {
    NewKeys.Fresh former = newKeys.make(ID);
    NewKeys.Fresh current = newKeys.make(ID);

    List<String> signatures = sign(endpoint(current, former, NOW));

    assertThat(signatures).hasSize(2).doesNotContain(v1(former.presented()));
  }

  @Test
  void without_keys_tasks_are_told_unsigned_and_our_events_to_nobody() {
    assertThat(Signer.open(safe, withoutKeys("https://kling.example.com"), NOW).signs()).isFalse();
    assertThatThrownBy(() -> Signer.open(safe, withoutKeys(null), NOW))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Endpoint withoutKeys(@Nullable String origin) {
    return new Endpoint(
        ID,
        new TenantId(new UUID(2, 2)),
        "https://hooks.example.com/",
        null,
        new TreeSet<>(),
        null,
        null,
        null,
        Standing.GOOD,
        0,
        NOW,
        NOW,
        true,
        origin);
  }

  @Test
  void no_two_endpoints_have_the_same_keys() {
    assertThat(newKeys.make(ID).presented()).isNotEqualTo(newKeys.make(ID).presented());
  }

  private static Future<String> sign(Signatures signatures, Endpoint endpoint) {
    return signatures
        .open(endpoint, NOW)
        .compose(signer -> signatures.of(signer, EVENT, NOW, BODY));
  }

  private List<String> sign(Endpoint endpoint) {
    return List.of(Signer.open(safe, endpoint, NOW).sign(EVENT, NOW, BODY).split(" "));
  }

  private static String v1(String presented) throws Exception {
    byte[] key = Base64.getDecoder().decode(presented.substring("whsec_".length()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(bytes(SIGNED)));
  }

  private static boolean verifies(String publicKey, String signature) throws Exception {
    byte[] raw = Base64.getDecoder().decode(publicKey);
    byte[] encoded = HexFormat.of().parseHex(ED25519 + HexFormat.of().formatHex(raw));
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    check.update(bytes(SIGNED));
    return check.verify(Base64.getDecoder().decode(signature.substring("v1a,".length())));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Endpoint endpoint(
      NewKeys.Fresh current, NewKeys.@Nullable Fresh former, @Nullable Instant until) {
    return new Endpoint(
        ID,
        new TenantId(new UUID(2, 2)),
        "https://hooks.example.com/",
        null,
        new TreeSet<>(List.of("job.succeeded")),
        new EndpointKeys(
            current.sealedKeys(),
            current.publicKey(),
            former == null ? null : former.sealedKeys(),
            until),
        null,
        null,
        Standing.GOOD,
        0,
        NOW,
        NOW,
        false);
  }
}
