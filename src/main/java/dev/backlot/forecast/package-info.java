/**
 * Why a job waits and when it will have ended, for whoever asks. One instance per event loop;
 * nothing is kept.
 */
@NullMarked
package dev.backlot.forecast;

import org.jspecify.annotations.NullMarked;
