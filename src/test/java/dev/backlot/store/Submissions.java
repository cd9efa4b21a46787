package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.input.Part;
import dev.backlot.domain.input.Parts;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.Uuid7;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes submissions that could have come from intake. */
final class Submissions {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
  private static final Uuid7 IDS = new Uuid7(() -> NOW, new Random(7));

  private Submissions() {}

  static Submission of(TenantId tenant, String cost) {
    return of(tenant, cost, null);
  }

  static Submission keyed(TenantId tenant, String cost, String key, String body) {
    JobId id = newId();
    String digest = HexFormat.of().formatHex(digest(body));
    return of(
        tenant,
        cost,
        id,
        new Idempotency(key, digest, "{\"id\":\"" + id + "\"}", NOW.plus(Duration.ofHours(24))));
  }

  static List<Submission> many(int count, TenantId tenant, String cost) {
    return IntStream.range(0, count).mapToObj(i -> of(tenant, cost)).toList();
  }

  static Admission.Replayed replayOf(Submission first) {
    return new Admission.Replayed(first.id(), Objects.requireNonNull(first.idempotency()).answer());
  }

  private static Submission of(TenantId tenant, String cost, @Nullable Idempotency key) {
    return of(tenant, cost, newId(), key);
  }

  static Submission of(TenantId tenant, String cost, JobId id, @Nullable Idempotency key) {
    return of(tenant, cost, id, "kling-v2-6/video", key);
  }

  static Submission ofClass(TenantId tenant, String cost, String slotClass) {
    return of(tenant, cost, newId(), slotClass, null);
  }

  private static Submission of(
      TenantId tenant, String cost, JobId id, String slotClass, @Nullable Idempotency key) {
    return new Submission(
        id,
        tenant,
        "testtesttest",
        "text2video",
        "kling-v2-6",
        "{\"prompt\":\"a lighthouse\",\"duration\":\"5\",\"cfg_scale\":0.50}",
        "{}",
        0,
        "default",
        slotClass,
        1,
        NOW,
        NOW,
        Asset.VIDEO_UNIT,
        Credits.of(cost),
        "2026-01",
        "{\"state\":\"queued\",\"version\":1}",
        key);
  }

  /** One whose image is kept apart. */
  static Submission large(TenantId tenant, String cost, byte[] image) {
    Parts.Collector parts = new Parts.Collector();
    String input = "{\"image\":" + parts.takeOut(new Part(image, 0, image.length)) + "}";
    Submission plain = of(tenant, cost);
    return new Submission(
        plain.id(),
        tenant,
        plain.keyId(),
        "image2video",
        plain.model(),
        input,
        plain.metadata(),
        plain.priority(),
        plain.pool(),
        plain.slotClass(),
        plain.slots(),
        plain.acceptedAt(),
        plain.sortKey(),
        plain.asset(),
        plain.cost(),
        plain.priceVersion(),
        plain.eventData(),
        null,
        parts.parts(),
        Terms.NONE,
        "",
        0);
  }

  /** The same as another, under a new id and other terms. */
  static Submission under(Terms terms, Submission like) {
    return new Submission(
        newId(),
        like.tenant(),
        like.keyId(),
        like.kind(),
        like.model(),
        like.input(),
        like.metadata(),
        like.priority(),
        like.pool(),
        like.slotClass(),
        like.slots(),
        like.acceptedAt(),
        like.sortKey(),
        like.asset(),
        like.cost(),
        like.priceVersion(),
        like.eventData(),
        null,
        like.parts(),
        terms,
        like.mode(),
        like.seconds());
  }

  /** Goes before what was accepted up to so much earlier. */
  static Submission urgent(int priority, Duration ahead, Submission like) {
    return new Submission(
        newId(),
        like.tenant(),
        like.keyId(),
        like.kind(),
        like.model(),
        like.input(),
        like.metadata(),
        priority,
        like.pool(),
        like.slotClass(),
        like.slots(),
        like.acceptedAt(),
        like.acceptedAt().minus(ahead),
        like.asset(),
        like.cost(),
        like.priceVersion(),
        like.eventData(),
        null,
        like.parts(),
        like.terms(),
        like.mode(),
        like.seconds());
  }

  private static JobId newId() {
    return new JobId(IDS.next());
  }

  private static byte[] digest(String body) {
    byte[] digest = new byte[32];
    new Random(body.hashCode()).nextBytes(digest);
    return digest;
  }
}
