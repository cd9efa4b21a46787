package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.time.Instant;

/**
 * One row of the provider's billing export.
 *
 * @param key the same for a row that is given twice, and different for two that are not the same
 * @param amount below zero when the provider gave something back
 * @param at when it was taken, by the provider's clock
 * @param call what it was taken for, if for a call that is answered at once; else empty
 */
public record BillRow(
    String taskId, String key, Asset asset, Credits amount, Instant at, String call) {}
