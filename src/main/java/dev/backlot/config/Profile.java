package dev.backlot.config;

/** What the configuration is for. Can only be said in the file itself, never overridden. */
public enum Profile {
  /** One command on a laptop: demo key, secrets made at first start, loopback. */
  DEVELOPMENT,
  /** Real keys and real money: secrets from files alone, nothing made up. */
  PRODUCTION
}
