package dev.backlot.results;

import dev.backlot.config.Secret;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.job.JobId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Short-lived tokens for one output of one job. Stateless: tenant and expiry stand in the token, an
 * HMAC-SHA256 binds them to the job and the output, so every node with the same key can check it.
 * Thread-safe.
 */
public final class LinkTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int CLAIMS = 2 * Long.BYTES + Long.BYTES;
  private static final int MAC = 32;
  private static final int TEXT_MAX = 100;

  /** Keeps these tokens apart from whatever else the same key may sign one day. */
  private static final byte[] PURPOSE =
      "backlot result link 1\n".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] WATERMARK = "watermark".getBytes(StandardCharsets.US_ASCII);

  private final SecretKeySpec key;
  private final Duration lifetime;

  /**
   * @param key shared by all nodes
   * @param lifetime of a token, counted in whole seconds
   */
  public LinkTokens(Secret key, Duration lifetime) {
    this.key = new SecretKeySpec(key.value().getBytes(StandardCharsets.UTF_8), ALGORITHM);
    this.lifetime = lifetime;
  }

  /**
   * @param expiresAt from then on the token is refused
   */
  public record Token(String text, Instant expiresAt) {
    @Override
    public String toString() {
      return "Token[expiresAt=" + expiresAt + "]";
    }
  }

  Token mint(TenantId tenant, OutputPath file, Instant now) {
    Instant expiresAt = now.plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
    ByteBuffer token = ByteBuffer.allocate(CLAIMS + MAC);
    put(token, tenant.value()).putLong(expiresAt.getEpochSecond());
    token.put(mac(token.array(), file));
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    return new Token(text, expiresAt);
  }

  /**
   * The path of a file with a new token in it, for whoever hands links out in an answer of its own.
   * It is not looked at whether there is such a file.
   */
  public String path(TenantId tenant, JobId job, int n, boolean watermark, Instant now) {
    OutputPath file = new OutputPath(job, n, watermark);
    return file.linked(mint(tenant, file, now).text());
  }

  /** The same of a file of a call. */
  public String path(TenantId tenant, CallId call, int n, Instant now) {
    OutputPath file = new OutputPath(new JobId(call.value()), n, false, true);
    return file.linked(mint(tenant, file, now).text());
  }

  /** The tenant that the token was made for; empty when it is forged, past, or for another file. */
  Optional<TenantId> check(String token, OutputPath file, Instant now) {
    if (token.length() > TEXT_MAX) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
    if (bytes.length != CLAIMS + MAC) {
      return Optional.empty();
    }
    ByteBuffer claims = ByteBuffer.wrap(bytes);
    TenantId tenant = new TenantId(new UUID(claims.getLong(), claims.getLong()));
    long expiresAt = claims.getLong();
    byte[] presented = new byte[MAC];
    claims.get(presented);
    boolean genuine = MessageDigest.isEqual(mac(bytes, file), presented);
    return genuine && now.getEpochSecond() < expiresAt ? Optional.of(tenant) : Optional.empty();
  }

  private byte[] mac(byte[] token, OutputPath path) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(PURPOSE);
      mac.update(token, 0, CLAIMS);
      ByteBuffer file = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
      put(file, path.job().value()).putInt(path.n());
      mac.update(file.array());
      // A link to the copy with a watermark must not open the clean file.
      return path.watermark() ? mac.doFinal(WATERMARK) : mac.doFinal();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, missing);
    }
  }

  private static ByteBuffer put(ByteBuffer buffer, UUID id) {
    return buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }
}
