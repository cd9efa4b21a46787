package dev.backlot.stream;

import dev.backlot.http.QuietFailure;
import dev.backlot.port.Keys;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever is connected on one event loop. */
final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private final Keys keys;
  private final Duration answerMax;
  private final Set<Connected> open = new LinkedHashSet<>();
  private boolean asking;

  /**
   * @param answerMax longest wait for the answer to a question
   */
  Sessions(Keys keys, Duration answerMax) {
    this.keys = keys;
    this.answerMax = answerMax;
  }

  void add(Connected session) {
    open.add(session);
  }

  void remove(Connected session) {
    open.remove(session);
  }

  void shutdown() {
    List.copyOf(open).forEach(Connected::shutdown);
  }

  int size() {
    return open.size();
  }

  void tick(Instant now) {
    List.copyOf(open).forEach(session -> session.tick(now));
  }

  /**
   * Closes the streams whose key or token was revoked, and confirms the others: one question for up
   * to 1,000 of them. Nothing is asked while questions are without an answer.
   */
  Future<Void> recheck(Instant now) {
    if (asking) {
      return Future.succeededFuture();
    }
    asking = true;
    List<Connected> held = open.stream().filter(each -> each.access().isPresent()).toList();
    List<Future<Set<String>>> questions = new ArrayList<>();
    for (int first = 0; first < held.size(); first += Keys.MAX_CLOSED) {
      int end = Math.min(held.size(), first + Keys.MAX_CLOSED);
      questions.add(ask(held.subList(first, end), now));
    }
    return Future.join(questions).<Void>mapEmpty().onComplete(done -> asking = false);
  }

  private Future<Set<String>> ask(List<Connected> held, Instant now) {
    Set<String> keyIds = new HashSet<>();
    Set<String> tokenIds = new HashSet<>();
    held.stream()
        .flatMap(each -> each.access().stream())
        .forEach(access -> (access.isKey() ? keyIds : tokenIds).add(access.credentialId()));
    Set<String> asked = new HashSet<>(keyIds);
    asked.addAll(tokenIds);
    return keys.closed(keyIds, tokenIds, now)
        .timeout(answerMax.toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(closed -> held.forEach(each -> judge(each, asked, closed, now)))
        .onFailure(
            failure ->
                LOG.atWarn()
                    .setCause(QuietFailure.of(failure))
                    .log("revoked credentials could not be looked up"));
  }

  /** One that has shown another credential meanwhile was not asked about. */
  private static void judge(Connected each, Set<String> asked, Set<String> closed, Instant now) {
    String id = each.access().map(Access::credentialId).orElse("");
    if (closed.contains(id)) {
      each.endCredential();
    } else if (asked.contains(id)) {
      each.confirmed(now);
    }
  }
}
