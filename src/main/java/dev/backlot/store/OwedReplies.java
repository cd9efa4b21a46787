package dev.backlot.store;

import dev.backlot.domain.job.Asker;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.ClientTerms;
import dev.backlot.domain.job.Submission;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Those submissions of a group whose answer must not be given twice. */
final class OwedReplies {
  private final List<Submission> owed;

  OwedReplies(List<Submission> group) {
    this.owed = group.stream().filter(OwedReplies::isOwed).toList();
  }

  static boolean isOwed(Submission submission) {
    return replyOrNull(submission) != null;
  }

  boolean areNone() {
    return owed.isEmpty();
  }

  /** For {@link ClientReplySql#KEEP}. */
  Tuple kept() {
    return Rows.arguments(ids(), digests(), times(ClientReply::askedAt));
  }

  /**
   * For {@link AdmissionSql#ACCEPT_ANSWERED}.
   *
   * @param jobs of the group
   */
  Tuple behind(Tuple jobs, Instant now) {
    Tuple all = Tuple.tuple();
    for (int i = 0; i < jobs.size(); i++) {
      all.addValue(jobs.getValue(i));
    }
    return all.addValue(ids())
        .addValue(Rows.column(owed, each -> each.tenant().value(), UUID[]::new))
        .addValue(digests())
        .addValue(times(ClientReply::lostAfter))
        .addValue(times(reply -> reply.unansweredUntil(now)))
        .addValue(times(ClientReply::due))
        .addValue(Rows.time(now))
        .addValue(Rows.column(owed, each -> reply(each).asker().looksAround(), Boolean[]::new))
        .addValue(known());
  }

  /** Of many that are the same one is asked: it knows them all. */
  private UUID[] known() {
    Map<String, Asker> askers = new HashMap<>();
    owed.forEach(
        each -> askers.putIfAbsent(each.tenant() + reply(each).digest(), reply(each).asker()));
    return Stream.concat(
            owed.stream().map(each -> each.id().value()),
            askers.values().stream().flatMap(asker -> asker.beside().stream()))
        .distinct()
        .toArray(UUID[]::new);
  }

  private UUID[] ids() {
    return Rows.column(owed, each -> each.id().value(), UUID[]::new);
  }

  private Buffer[] digests() {
    return Rows.column(owed, each -> Rows.bytes(reply(each).digest()), Buffer[]::new);
  }

  private OffsetDateTime[] times(Function<ClientReply, Instant> of) {
    return Rows.column(owed, each -> Rows.time(of.apply(reply(each))), OffsetDateTime[]::new);
  }

  private static ClientReply reply(Submission submission) {
    return Objects.requireNonNull(replyOrNull(submission));
  }

  private static @Nullable ClientReply replyOrNull(Submission submission) {
    ClientTerms client = submission.terms().client();
    return client == null ? null : client.reply();
  }
}
