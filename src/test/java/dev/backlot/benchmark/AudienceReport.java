package dev.backlot.benchmark;

/**
 * What a crowd of clients has seen.
 *
 * @param failure the first thing that must not be, or empty: the run is worth nothing then
 * @param deliveries events that have arrived since the last report, at all of them together
 * @param p50 milliseconds within which half of them did; 0 when nothing was asked
 * @param p99 likewise 99 % of them
 * @param sample the text of the last event
 * @param seconds until the last client followed the stream
 * @param liveP99 milliseconds within which 99 % of the clients did, each from its first attempt
 * @param retries attempts to connect that were repeated
 * @param unheard of those, because the server had not heard who they are
 * @param resumed deliveries to clients that came back, of what they had missed
 */
record AudienceReport(
    String failure,
    int deliveries,
    double p50,
    double p99,
    String sample,
    double seconds,
    double liveP99,
    int retries,
    int unheard,
    int resumed) {}
