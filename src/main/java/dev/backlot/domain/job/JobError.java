package dev.backlot.domain.job;

import dev.backlot.domain.ErrorCode;

/**
 * Why a job failed, as its tenant may read it.
 *
 * @param detail plain words without secrets, prompts or provider names
 */
public record JobError(ErrorCode code, String detail) {}
