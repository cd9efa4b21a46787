package dev.backlot.domain.job;

import org.jspecify.annotations.Nullable;

/**
 * One result file of a job, without its source address.
 *
 * @param n position, from 0; the last part of its path in the API
 * @param type {@code video} or {@code image}
 * @param duration seconds as the provider wrote them, may be decimal; absent for images
 * @param watermark there is a copy with a watermark beside the clean file
 */
public record Output(int n, String type, @Nullable String duration, boolean watermark) {}
