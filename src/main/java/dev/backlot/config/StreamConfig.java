package dev.backlot.config;

import java.time.Duration;

/**
 * Live status: the tail of the event log and the sockets that follow it.
 *
 * @param tailInterval pause between two looks at the log when no wake-up comes
 * @param tailBatch most events of one look
 * @param recentEvents events kept in memory per event loop, so that most resumes need no query
 * @param socketsMax open sockets per node; beyond it an upgrade is answered 503
 * @param socketsPerTenantMax of these, of one tenant; beyond it 429, or the socket is closed with
 *     4429
 * @param messageBytesMax longest message of a client; a longer one closes its socket
 * @param queueBytesMax what may wait for a slow reader, per socket; at the bound its socket gets
 *     {@code resync} and is closed
 * @param queueBytesAllMax what may wait for all slow readers of a node; from half of it on each may
 *     have less waiting
 * @param snapshotJobsMax most jobs of a whole tenant's snapshot, newest first
 * @param authTimeout time for the first message
 * @param heartbeat pause between two heartbeats of a socket, and between two pings
 * @param silenceMax time without any sign of life from a client after which its socket is closed
 * @param drainTimeout longest wait for a slow reader while it catches up; also for the closing
 *     handshake
 * @param recheck pause between two questions whether credentials were revoked, short enough that
 *     what is open with one is closed within 5 s
 * @param unconfirmedMax how long a credential is believed while the database cannot be asked; then
 *     what is open with it is closed, to come back when it can
 */
public record StreamConfig(
    Duration tailInterval,
    int tailBatch,
    int recentEvents,
    int socketsMax,
    int socketsPerTenantMax,
    int messageBytesMax,
    int queueBytesMax,
    long queueBytesAllMax,
    int snapshotJobsMax,
    Duration authTimeout,
    Duration heartbeat,
    Duration silenceMax,
    Duration drainTimeout,
    Duration recheck,
    Duration unconfirmedMax) {

  public static StreamConfig from(Section in) {
    StreamConfig config =
        new StreamConfig(
            in.requireDuration("tail-interval", Duration.ofMillis(10), Duration.ofSeconds(10)),
            in.requireInt("tail-batch", 1, 10_000),
            in.requireInt("recent-events", 100, 1_000_000),
            in.requireInt("sockets-max", 1, 1_000_000),
            in.requireInt("sockets-per-tenant-max", 1, 1_000_000),
            Math.toIntExact(in.requireBytes("message-bytes-max", 1 << 10, 64 << 10)),
            Math.toIntExact(in.requireBytes("queue-bytes-max", 8 << 10, 64 << 20)),
            in.requireBytes("queue-bytes-all-max", 1 << 20, 64L << 30),
            in.requireInt("snapshot-jobs-max", 1, 1_000),
            in.requireDuration("auth-timeout", Duration.ofMillis(100), Duration.ofMinutes(1)),
            in.requireDuration("heartbeat", Duration.ofMillis(100), Duration.ofMinutes(5)),
            in.requireDuration("silence-max", Duration.ofMillis(200), Duration.ofMinutes(30)),
            in.requireDuration("drain-timeout", Duration.ofMillis(100), Duration.ofMinutes(5)),
            in.requireDuration("recheck", Duration.ofMillis(100), Duration.ofSeconds(4)),
            in.requireDuration("unconfirmed-max", Duration.ofSeconds(10), Duration.ofMinutes(10)));
    in.rejectUnknown();
    if (config.socketsPerTenantMax() > config.socketsMax()) {
      throw in.error("sockets-per-tenant-max", "must not be above " + in.key("sockets-max"));
    }
    if (config.queueBytesAllMax() < config.queueBytesMax()) {
      throw in.error("queue-bytes-all-max", "must not be below " + in.key("queue-bytes-max"));
    }
    if (config.silenceMax().compareTo(config.heartbeat().multipliedBy(2)) < 0) {
      throw in.error(
          "silence-max",
          "must be at least twice "
              + in.key("heartbeat")
              + ": a client answers one ping per heartbeat");
    }
    return config;
  }
}
