package dev.backlot.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys as text. Nothing of a key is ever part of an error. */
final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";

  private PemFiles() {}

  /** Empty when the file holds none, or cannot be read. */
  static List<X509Certificate> certificates(Path file) {
    try {
      byte[] text = Files.readAllBytes(file);
      if (!new String(text, StandardCharsets.ISO_8859_1).contains(CERTIFICATE)) {
        return List.of();
      }
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(text))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (IOException | CertificateException unusable) {
      return List.of();
    }
  }

  /**
   * @param algorithm of the certificate's public key, such as {@code RSA} or {@code EC}
   */
  static Optional<PrivateKey> privateKey(Path file, String algorithm) {
    try {
      Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (!matcher.find()) {
        return Optional.empty();
      }
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
      return Optional.empty();
    }
  }

  /** Whether it is the private key of the certificate. */
  static boolean fits(PrivateKey key, X509Certificate certificate) {
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    byte[] anything = {1, 2, 3};
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(anything);
      byte[] signed = signing.sign();
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(anything);
      return verifying.verify(signed);
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException impossible) {
      throw new GeneralSecurityException(impossible);
    }
  }
}
