package dev.backlot.callback;

import dev.backlot.domain.job.AttemptId;
import java.net.URI;
import java.util.Optional;

/**
 * The address that the provider is given with each create. Whoever knows it may hint at this one
 * attempt, and do nothing else. Thread-safe.
 */
public final class CallbackUrls {
  static final String PATH = "/callbacks/kling/";

  private final Optional<URI> base;
  private final CallbackTokens tokens;

  /**
   * @param base under which the provider reaches our API, without a slash at its end; empty where
   *     it is not asked to call
   */
  public CallbackUrls(Optional<URI> base, CallbackTokens tokens) {
    this.base = base;
    this.tokens = tokens;
  }

  public Optional<String> of(AttemptId attempt, String account) {
    return base.map(
        address ->
            address + PATH + tokens.mint(new CallbackTokens.Grant(attempt.value(), account)));
  }
}
