package dev.backlot.simulator;

import java.math.BigDecimal;

/**
 * One task in the simulator's books.
 *
 * @param externalId empty when the caller gave none
 * @param seconds 0 for images
 * @param count files it makes, and slots it holds while it runs
 * @param pack {@code video} or {@code image}: what it is billed to
 * @param status as the API reports it
 * @param failure why it failed or will fail, else empty
 * @param billed exact units of the pack billed so far
 * @param createdAt milliseconds of the simulator's clock
 * @param endedAt likewise, 0 while it runs
 */
public record BookedTask(
    String taskId,
    String externalId,
    String product,
    String model,
    String mode,
    int seconds,
    int count,
    String pack,
    String status,
    String failure,
    BigDecimal billed,
    long createdAt,
    long endedAt) {}
