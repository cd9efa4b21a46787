package dev.backlot.simulator;

import dev.backlot.config.Secret;
import dev.backlot.config.SimulatorCallbacks;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signs by Standard Webhooks (reference, section 10). Event loop only: the MACs are reused. */
final class CallbackSigner {
  private final List<Mac> macs = new ArrayList<>();

  /**
   * @param keys one signature each, in this order
   */
  CallbackSigner(List<byte[]> keys) {
    keys.forEach(key -> macs.add(mac(key)));
  }

  /** By the configured secrets; null without one. */
  static @Nullable CallbackSigner of(SimulatorCallbacks config) {
    if (config.secret() == null) {
      return null;
    }
    List<Secret> secrets =
        Stream.of(config.secret(), config.previousSecret()).filter(Objects::nonNull).toList();
    return new CallbackSigner(secrets.stream().map(SimulatorCallbacks::key).toList());
  }

  /** By a key that nobody was told of. */
  static CallbackSigner wrong() {
    return new CallbackSigner(List.of("not the secret".getBytes(StandardCharsets.US_ASCII)));
  }

  /**
   * The value of {@code webhook-signature}.
   *
   * @param timestamp seconds
   */
  String sign(String id, long timestamp, Buffer body) {
    Buffer signed = Buffer.buffer(id + "." + timestamp + ".").appendBuffer(body);
    byte[] bytes = signed.getBytes();
    return macs.stream()
        .map(mac -> "v1," + Base64.getEncoder().encodeToString(mac.doFinal(bytes)))
        .collect(Collectors.joining(" "));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no HmacSHA256", missing);
    }
  }
}
