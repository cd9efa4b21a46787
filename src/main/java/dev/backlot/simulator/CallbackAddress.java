package dev.backlot.simulator;

/**
 * Where a task's creator wants to hear of it.
 *
 * @param url http or https
 * @param origin scheme, host and port that the creator reached us by: links to results begin so
 */
record CallbackAddress(String url, String origin) {}
