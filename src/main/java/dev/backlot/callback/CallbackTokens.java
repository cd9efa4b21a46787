package dev.backlot.callback;

import dev.backlot.config.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens that name one attempt and its account, and that nobody else can make: HMAC-SHA256 under a
 * key of this installation. Stateless, so every node with the same key can check them, and valid
 * for as long as the key is: a task may end after any time. Thread-safe.
 */
public final class CallbackTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int TAG = 8;
  private static final int CLAIMS = 2 * Long.BYTES + TAG;
  private static final int MAC = 32;
  private static final int TEXT = 75;

  /** Keep the two uses of the key apart. */
  private static final byte[] ATTEMPT = "backlot callback 1\n".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] ACCOUNT =
      "backlot callback account 1\n".getBytes(StandardCharsets.US_ASCII);

  private final SecretKeySpec key;
  private final Map<ByteBuffer, String> accounts = new HashMap<>();

  /**
   * @param key shared by all nodes
   * @param accounts whose callbacks are taken; tokens for any other are refused
   */
  public CallbackTokens(Secret key, Collection<String> accounts) {
    this.key = new SecretKeySpec(key.value().getBytes(StandardCharsets.UTF_8), ALGORITHM);
    accounts.forEach(account -> this.accounts.put(ByteBuffer.wrap(tag(account)), account));
  }

  /**
   * @param attempt its id
   * @param account to which it is pinned
   */
  record Grant(UUID attempt, String account) {}

  String mint(Grant grant) {
    ByteBuffer token = ByteBuffer.allocate(CLAIMS + MAC);
    token.putLong(grant.attempt().getMostSignificantBits());
    token.putLong(grant.attempt().getLeastSignificantBits());
    token.put(tag(grant.account()));
    token.put(mac(ATTEMPT, token.array(), CLAIMS));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
  }

  /** What the token was made for; empty when it is forged, or its account is not there. */
  Optional<Grant> check(String token) {
    if (token.length() != TEXT) {
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
    byte[] presented = Arrays.copyOfRange(bytes, CLAIMS, CLAIMS + MAC);
    if (!MessageDigest.isEqual(mac(ATTEMPT, bytes, CLAIMS), presented)) {
      return Optional.empty();
    }
    ByteBuffer claims = ByteBuffer.wrap(bytes);
    UUID attempt = new UUID(claims.getLong(), claims.getLong());
    return Optional.ofNullable(accounts.get(claims.slice().limit(TAG)))
        .map(account -> new Grant(attempt, account));
  }

  /** Says nothing of the account to whoever lacks the key. */
  private byte[] tag(String account) {
    byte[] name = account.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(mac(ACCOUNT, name, name.length), TAG);
  }

  private byte[] mac(byte[] purpose, byte[] content, int length) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(purpose);
      mac.update(content, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, missing);
    }
  }
}
