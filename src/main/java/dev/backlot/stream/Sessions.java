package dev.backlot.stream;

import dev.backlot.http.QuietFailure;
import dev.backlot.port.Keys;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever is connected on one event loop. */
final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private final Keys keys;
  private final Set<Connected> open = new LinkedHashSet<>();

  Sessions(Keys keys) {
    this.keys = keys;
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

  /** Closes the streams whose key or token was revoked: one question for up to 1,000 of them. */
  Future<Void> recheck(Instant now) {
    List<Access> held = open.stream().flatMap(session -> session.access().stream()).toList();
    List<Future<Void>> questions = new ArrayList<>();
    for (int first = 0; first < held.size(); first += Keys.MAX_CLOSED) {
      int end = Math.min(held.size(), first + Keys.MAX_CLOSED);
      questions.add(ask(held.subList(first, end), now));
    }
    return Future.join(questions).mapEmpty();
  }

  private Future<Void> ask(List<Access> held, Instant now) {
    Set<String> keyIds = new HashSet<>();
    Set<String> tokenIds = new HashSet<>();
    held.forEach(access -> (access.isKey() ? keyIds : tokenIds).add(access.credentialId()));
    return keys.closed(keyIds, tokenIds, now)
        .onSuccess(this::end)
        .onFailure(
            failure ->
                LOG.atWarn()
                    .setCause(QuietFailure.of(failure))
                    .log("revoked credentials could not be looked up"))
        .mapEmpty();
  }

  private void end(Set<String> revoked) {
    if (revoked.isEmpty()) {
      return;
    }
    List.copyOf(open).stream()
        .filter(
            session -> session.access().stream().anyMatch(a -> revoked.contains(a.credentialId())))
        .forEach(Connected::endCredential);
  }
}
