package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.ClientTerms;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.domain.job.TimeoutPolicy;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A group of submissions, made ready for {@link AdmissionSql}. Of those with an equal (tenant,
 * Idempotency-Key), or with an equal (tenant, external id), only the first, their leader, is
 * stored; the others are answered from what became of it.
 */
final class AdmissionGroup {
  private static final Comparator<Submission> BY_KEY =
      Comparator.comparing(Submission::tenant).thenComparing(each -> key(each).key());

  private final List<Submission> all;
  private final List<Submission> leaders = new ArrayList<>();

  /** Of each submission, the index of its leader. */
  private final int[] leaderOf;

  private record TenantKey(TenantId tenant, boolean external, String key) {
    /** Null for one that is like no other. No submission has both a key and an external id. */
    static @Nullable TenantKey of(Submission submission) {
      String external = externalId(submission);
      if (external != null) {
        return new TenantKey(submission.tenant(), true, external);
      }
      Idempotency key = submission.idempotency();
      return key == null ? null : new TenantKey(submission.tenant(), false, key.key());
    }
  }

  /** A row of {@link AdmissionSql#REFUSED}. */
  private record Refusal(
      @Nullable UUID otherId,
      @Nullable Buffer digest,
      @Nullable String answer,
      Credits available,
      boolean externalIdTaken) {

    static Refusal of(Row row) {
      Credits available = Rows.creditsOrNull(row, "available");
      return new Refusal(
          row.getUUID("other_id"),
          row.getBuffer("body_sha256"),
          row.getString("answer"),
          available == null ? Credits.ZERO : available,
          row.getBoolean("taken"));
    }
  }

  AdmissionGroup(List<Submission> all) {
    this.all = all;
    this.leaderOf = new int[all.size()];
    Map<TenantKey, Integer> first = new HashMap<>();
    for (int i = 0; i < leaderOf.length; i++) {
      Submission each = all.get(i);
      int next = leaders.size();
      TenantKey key = TenantKey.of(each);
      Integer leader = key == null ? null : first.putIfAbsent(key, next);
      if (leader == null) {
        leaders.add(each);
      }
      leaderOf[i] = leader == null ? next : leader;
    }
  }

  boolean hasKeys() {
    return leaders.stream().anyMatch(each -> each.idempotency() != null);
  }

  Tuple keys(Instant now) {
    List<Submission> keyed =
        leaders.stream().filter(each -> each.idempotency() != null).sorted(BY_KEY).toList();
    return Rows.arguments(
        Rows.column(keyed, each -> each.tenant().value(), UUID[]::new),
        Rows.column(keyed, each -> key(each).key(), String[]::new),
        ids(keyed),
        Rows.column(keyed, each -> Rows.bytes(key(each).bodyDigest()), Buffer[]::new),
        Rows.column(keyed, each -> key(each).answer(), String[]::new),
        Rows.column(keyed, each -> Rows.time(key(each).expiresAt()), OffsetDateTime[]::new),
        Rows.time(now));
  }

  /** Of those leaders whose input has parts: tenant, job, parts, key. Nearly always none. */
  List<Tuple> inputs() {
    return leaders.stream()
        .filter(each -> !each.parts().isEmpty())
        .map(
            each ->
                Rows.arguments(
                    each.tenant().value(),
                    each.id().value(),
                    Rows.bytes(each.parts()),
                    each.idempotency() == null ? null : each.idempotency().key()))
        .toList();
  }

  Tuple purses() {
    List<Map.Entry<UUID, String>> purses =
        leaders.stream()
            .map(each -> Map.entry(each.tenant().value(), each.asset().text()))
            .distinct()
            .toList();
    return Rows.arguments(
        Rows.column(purses, Map.Entry::getKey, UUID[]::new),
        Rows.column(purses, Map.Entry::getValue, String[]::new));
  }

  Tuple jobs() {
    return Rows.arguments(
        ids(leaders),
        tenants(),
        Rows.column(leaders, Submission::keyId, String[]::new),
        Rows.column(leaders, Submission::kind, String[]::new),
        Rows.column(leaders, Submission::model, String[]::new),
        Rows.column(leaders, Submission::input, String[]::new),
        Rows.column(leaders, Submission::metadata, String[]::new),
        Rows.column(leaders, Submission::priority, Integer[]::new),
        Rows.column(leaders, Submission::pool, String[]::new),
        Rows.column(leaders, Submission::slotClass, String[]::new),
        Rows.column(leaders, Submission::slots, Integer[]::new),
        Rows.column(leaders, each -> Rows.time(each.sortKey()), OffsetDateTime[]::new),
        Rows.column(leaders, each -> Rows.time(each.acceptedAt()), OffsetDateTime[]::new),
        assets(),
        Rows.column(leaders, each -> Rows.numeric(each.cost()), Numeric[]::new),
        Rows.column(leaders, Submission::priceVersion, String[]::new),
        keyTexts(),
        Rows.column(leaders, each -> Rows.time(each.startAt()), OffsetDateTime[]::new),
        Rows.column(
            leaders, each -> Rows.timeOrNull(each.terms().expiresAt()), OffsetDateTime[]::new),
        Rows.column(leaders, each -> each.terms().fallback(), Boolean[]::new),
        Rows.column(leaders, AdmissionGroup::onTimeout, String[]::new),
        Rows.column(leaders, each -> batch(each, BatchItem::batch), UUID[]::new),
        Rows.column(leaders, each -> batch(each, BatchItem::item), Integer[]::new),
        Rows.column(leaders, Submission::mode, String[]::new),
        Rows.column(leaders, Submission::seconds, Integer[]::new),
        externalIds(),
        Rows.column(leaders, each -> Rows.pinnedText(each.terms().uses().pinned()), String[]::new));
  }

  /** Of those that name an address of their own: jobs, endpoints, types of events. Often none. */
  Optional<Tuple> webhooks() {
    List<Submission> telling =
        leaders.stream().filter(each -> each.terms().webhook() != null).toList();
    return telling.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Rows.arguments(
                ids(telling),
                Rows.column(
                    telling, each -> Objects.requireNonNull(webhook(each).endpoint()), UUID[]::new),
                Rows.column(
                    telling, each -> String.join(",", webhook(each).events()), String[]::new)));
  }

  /** Of those whose answer must not be given twice. Often none. */
  OwedReplies replies() {
    return new OwedReplies(leaders);
  }

  private static JobWebhook webhook(Submission submission) {
    return Objects.requireNonNull(submission.terms().webhook());
  }

  /** Of the jobs that are due at once; the others wake theirs when their time has come. */
  Set<LaneKey> lanes() {
    return leaders.stream()
        .filter(Submission::isDue)
        .map(
            each ->
                LaneKey.of(
                    each.pool(), each.slotClass(), each.tenant(), batch(each, BatchItem::batch)))
        .collect(Collectors.toSet());
  }

  Tuple questions() {
    return Rows.arguments(ids(leaders), tenants(), assets(), keyTexts(), externalIds());
  }

  Tuple events() {
    return Rows.arguments(ids(leaders), Rows.column(leaders, Submission::eventData, String[]::new));
  }

  /**
   * @param refused the rows of {@link AdmissionSql#REFUSED}
   */
  List<Admission> admissions(Iterable<Row> refused) {
    @Nullable Refusal[] refusals = new Refusal[leaders.size()];
    refused.forEach(row -> refusals[row.getInteger("n") - 1] = Refusal.of(row));
    List<Admission> admissions = new ArrayList<>();
    for (int i = 0; i < leaderOf.length; i++) {
      Submission leader = leaders.get(leaderOf[i]);
      Refusal refusal = refusals[leaderOf[i]];
      admissions.add(
          refusal == null ? stored(all.get(i), leader) : refused(all.get(i), leader, refusal));
    }
    return admissions;
  }

  private static Admission stored(Submission each, Submission leader) {
    if (each.id().equals(leader.id())) {
      return new Admission.Accepted(each.id());
    }
    if (externalId(each) != null) {
      return new Admission.ExternalIdTaken();
    }
    return sameBody(each, leader)
        ? new Admission.Replayed(leader.id(), key(leader).answer())
        : new Admission.KeyReused();
  }

  private static Admission refused(Submission each, Submission leader, Refusal refusal) {
    if (refusal.externalIdTaken()) {
      return new Admission.ExternalIdTaken();
    }
    if (externalId(each) != null) {
      return new Admission.TooLittleCredit(each.cost(), refusal.available());
    }
    if (OwedReplies.isOwed(each) && refusal.available().compareTo(each.cost()) >= 0) {
      return new Admission.Unanswered();
    }
    if (refusal.otherId() != null && refusal.answer() != null) {
      return Rows.bytes(key(each).bodyDigest()).equals(refusal.digest())
          ? new Admission.Replayed(new JobId(refusal.otherId()), refusal.answer())
          : new Admission.KeyReused();
    }
    // The key of a refused leader is free again; but another body that came at the same time under
    // the same key is not tried in its place.
    return each.id().equals(leader.id()) || sameBody(each, leader)
        ? new Admission.TooLittleCredit(each.cost(), refusal.available())
        : new Admission.KeyReused();
  }

  private static boolean sameBody(Submission one, Submission other) {
    return key(one).bodyDigest().equals(key(other).bodyDigest());
  }

  private static @Nullable String onTimeout(Submission submission) {
    TimeoutPolicy policy = submission.terms().onTimeout();
    return policy == null ? null : policy.text();
  }

  private static <T> @Nullable T batch(Submission submission, Function<BatchItem, T> part) {
    BatchItem item = submission.terms().batch();
    return item == null ? null : part.apply(item);
  }

  private static Idempotency key(Submission submission) {
    return Objects.requireNonNull(submission.idempotency());
  }

  private UUID[] tenants() {
    return Rows.column(leaders, each -> each.tenant().value(), UUID[]::new);
  }

  private String[] assets() {
    return Rows.column(leaders, each -> each.asset().text(), String[]::new);
  }

  private @Nullable String[] keyTexts() {
    return Rows.column(
        leaders,
        each -> each.idempotency() == null ? null : each.idempotency().key(),
        String[]::new);
  }

  private @Nullable String[] externalIds() {
    return Rows.column(leaders, AdmissionGroup::externalId, String[]::new);
  }

  private static @Nullable String externalId(Submission submission) {
    ClientTerms client = submission.terms().client();
    return client == null ? null : client.externalId();
  }

  private static UUID[] ids(List<Submission> submissions) {
    return Rows.column(submissions, each -> each.id().value(), UUID[]::new);
  }
}
