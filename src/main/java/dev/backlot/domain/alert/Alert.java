package dev.backlot.domain.alert;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One incident of one rule.
 *
 * @param subject what it is about, for example an account id or a tenant name
 * @param summary one sentence for the operator
 */
public record Alert(
    UUID id,
    String rule,
    String subject,
    AlertState state,
    String summary,
    Instant since,
    @Nullable Instant firedAt,
    @Nullable Instant resolvedAt) {}
