package dev.backlot.intake;

import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.port.Admissions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was given and accepts it, unless a test says otherwise. */
final class FakeAdmissions implements Admissions {
  final List<List<Submission>> groups = new CopyOnWriteArrayList<>();
  volatile Optional<Throwable> failure = Optional.empty();
  volatile Optional<Admission> always = Optional.empty();
  volatile Optional<Promise<Void>> gate = Optional.empty();
  private final Map<String, Submission> byKey = new HashMap<>();

  List<Submission> submissions() {
    return groups.stream().flatMap(List::stream).toList();
  }

  @Override
  public synchronized Future<List<Admission>> admit(List<Submission> group, Instant now) {
    groups.add(group);
    if (failure.isPresent()) {
      return Future.failedFuture(failure.get());
    }
    List<Admission> answers = new ArrayList<>();
    group.forEach(submission -> answers.add(always.orElseGet(() -> admit(submission))));
    return gate.map(promise -> onThisLoop(promise.future()).map(answers))
        .orElseGet(() -> Future.succeededFuture(answers));
  }

  private static Future<Void> onThisLoop(Future<Void> opened) {
    Context loop = Vertx.currentContext();
    Promise<Void> here = Promise.promise();
    opened.onComplete(done -> loop.runOnContext(hop -> here.handle(done)));
    return here.future();
  }

  private Admission admit(Submission submission) {
    Submission.Idempotency key = submission.idempotency();
    if (key == null) {
      return new Admission.Accepted(submission.id());
    }
    Submission first = byKey.putIfAbsent(submission.tenant() + " " + key.key(), submission);
    if (first == null) {
      return new Admission.Accepted(submission.id());
    }
    Submission.Idempotency known = Objects.requireNonNull(first.idempotency());
    return known.bodyDigest().equals(key.bodyDigest())
        ? new Admission.Replayed(first.id(), known.answer())
        : new Admission.KeyReused();
  }
}
