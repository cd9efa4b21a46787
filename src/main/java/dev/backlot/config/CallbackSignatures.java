package dev.backlot.config;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * How the callbacks of one account are signed (Standard Webhooks; Kling reference, section 10).
 *
 * @param secrets any of them may have signed: the current one and, during a rotation, the one
 *     before; none when callbacks are not signed
 * @param rule what becomes of one without a signature; one with a wrong signature is refused
 */
public record CallbackSignatures(List<Secret> secrets, Rule rule) {
  private static final String PREFIX = "whsec_";
  private static final String CURRENT = "callback-secret";
  private static final String PREVIOUS = "callback-previous-secret";
  private static final String RULE = "callback-signatures";

  public CallbackSignatures {
    secrets = List.copyOf(secrets);
  }

  /** Whether an unsigned callback counts while there is a secret. */
  public enum Rule {
    /** It is refused. */
    REQUIRED,
    /** It counts: the reference does not say whether legacy ones are signed. */
    OPTIONAL
  }

  /** Callbacks of the account are not signed. */
  public static CallbackSignatures none() {
    return new CallbackSignatures(List.of(), Rule.OPTIONAL);
  }

  /** The keys behind the secrets. */
  public List<byte[]> keys() {
    return secrets.stream().map(CallbackSignatures::key).toList();
  }

  /**
   * @param in of the account, whose other keys are read elsewhere
   */
  static CallbackSignatures from(Section in) {
    Rule rule = in.has(RULE) ? in.requireEnum(RULE, Rule.class) : Rule.OPTIONAL;
    Optional<Secret> current = secret(in, CURRENT);
    Optional<Secret> previous = secret(in, PREVIOUS);
    if (current.isEmpty() && previous.isPresent()) {
      throw in.error(PREVIOUS, "needs " + in.key(CURRENT));
    }
    if (current.isEmpty() && rule == Rule.REQUIRED) {
      throw in.error(RULE, "required needs " + in.key(CURRENT));
    }
    List<Secret> secrets = new ArrayList<>();
    current.ifPresent(secrets::add);
    previous.ifPresent(secrets::add);
    return new CallbackSignatures(secrets, rule);
  }

  private static Optional<Secret> secret(Section in, String name) {
    if (in.text(name).isEmpty()) {
      return Optional.empty();
    }
    Secret secret = in.requireSecret(name);
    try {
      if (key(secret).length > 0) {
        return Optional.of(secret);
      }
    } catch (IllegalArgumentException notBase64) {
      // The message below says what is allowed.
    }
    throw in.error(name, "the secret must be base64, with or without " + PREFIX + " before it");
  }

  private static byte[] key(Secret secret) {
    String text = secret.value();
    String encoded = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    return Base64.getDecoder().decode(encoded);
  }
}
