package dev.backlot.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate that signs itself, made by the JDK's keytool, with its key: PEM files as PostgreSQL
 * and its clients read them.
 */
public record Certificate(Path pem, Path key) {
  private static final char[] PASSWORD = "not-a-secret".toCharArray();

  public static Certificate forLoopbackAddress(Path directory, String name)
      throws IOException, GeneralSecurityException {
    Path store = directory.resolve(name + ".p12");
    keytool(store);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    return new Certificate(
        write(directory.resolve(name + ".pem"), "CERTIFICATE", encoded(keys)),
        write(
            directory.resolve(name + ".key"),
            "PRIVATE KEY",
            keys.getKey("server", PASSWORD).getEncoded()));
  }

  private static byte[] encoded(KeyStore keys) throws GeneralSecurityException {
    return keys.getCertificate("server").getEncoded();
  }

  private static void keytool(Path store) throws IOException {
    String password = String.valueOf(PASSWORD);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password,
                "-keypass",
                password)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new AssertionError(said);
    }
  }

  private static Path write(Path file, String what, byte[] der) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(
        file,
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(der), what));
  }
}
