package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A client of Kling's API, written from its reference alone. It is as strict as the strictest: 200
 * is the one success, and every answer has a numeric code, a message and a request id.
 */
final class KlingCaller {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /**
   * Members that strict clients decode as strings, and as whole numbers (reference, section 16).
   */
  private static final Set<String> STRINGS =
      Set.of(
          "task_id",
          "id",
          "external_task_id",
          "external_id",
          "session_id",
          "voice_id",
          "duration",
          "duration_mp3",
          "duration_wav",
          "mp3_duration",
          "wav_duration",
          "final_unit_deduction",
          "amount",
          "deduction_amount",
          "deduction_time");

  private static final Set<String> WHOLE =
      Set.of("created_at", "updated_at", "create_time", "update_time", "index");

  private final String base;
  private final Supplier<String> bearer;

  private KlingCaller(String base, Supplier<String> bearer) {
    this.base = base;
    this.bearer = bearer;
  }

  /** With a bearer as it is; an empty one is not sent. */
  static KlingCaller of(String base, String bearer) {
    return new KlingCaller(base, () -> bearer);
  }

  /** Signs a token anew for each request, as the documents show it. */
  static KlingCaller signing(String base, String accessKey, String secretKey) {
    return new KlingCaller(base, () -> token(accessKey, secretKey, 1800, -5));
  }

  static String token(String accessKey, String secretKey, long expiresIn, long validIn) {
    long now = Instant.now().getEpochSecond();
    String head = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
    String claims =
        "{\"iss\":\"%s\",\"exp\":%d,\"nbf\":%d}"
            .formatted(accessKey, now + expiresIn, now + validIn);
    String signed = head + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** An answer, whose envelope is in order. */
  record Answer(int status, JsonObject envelope) {
    int code() {
      return envelope.getInteger("code");
    }

    String message() {
      return envelope.getString("message");
    }

    JsonObject data() {
      assertThat(status).as(envelope.encode()).isEqualTo(200);
      assertThat(code()).isZero();
      return envelope.getJsonObject("data");
    }

    JsonArray list() {
      assertThat(status).as(envelope.encode()).isEqualTo(200);
      return envelope.getJsonArray("data");
    }

    /** HTTP status and code, for example {@code 400/1201}. */
    String refusal() {
      return status + "/" + code();
    }
  }

  Answer post(String path, JsonObject body) {
    return post(path, body.encode());
  }

  Answer post(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  /** Fetches a result, as it is fetched from Kling: without a key. */
  static HttpResponse<byte[]> fetch(String url) {
    try {
      return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
    String credential = bearer.get();
    return credential.isEmpty() ? request : request.header("Authorization", "Bearer " + credential);
  }

  /** A number where a string is due, or the reverse, fails the whole decode of some clients. */
  private static void checkForms(String name, @Nullable Object value) {
    if (value instanceof JsonObject object) {
      object.fieldNames().forEach(member -> checkForms(member, object.getValue(member)));
    } else if (value instanceof JsonArray array) {
      assertThat(name).isNotEqualTo("task_result");
      for (int i = 0; i < array.size(); i++) {
        checkForms(name, array.getValue(i));
      }
    } else if (value != null && STRINGS.contains(name)) {
      assertThat(value).as(name).isInstanceOf(String.class);
    } else if (value != null && WHOLE.contains(name)) {
      assertThat(value).as(name).isInstanceOfAny(Integer.class, Long.class);
    }
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
      JsonObject envelope = new JsonObject(response.body());
      assertThat(response.headers().firstValue("content-type")).contains("application/json");
      assertThat(envelope.getValue("code")).isInstanceOf(Integer.class);
      assertThat(envelope.getValue("message")).isInstanceOf(String.class);
      UUID.fromString(envelope.getString("request_id"));
      assertThat(response.statusCode() == 200).isEqualTo(envelope.getInteger("code") == 0);
      checkForms("data", envelope.getValue("data"));
      return new Answer(response.statusCode(), envelope);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }
}
