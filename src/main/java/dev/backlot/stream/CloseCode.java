package dev.backlot.stream;

/** Why the server closes a socket, as the WebSocket close code. Part of the wire contract. */
public enum CloseCode {
  /** The node stops; connect again, another one answers. */
  GOING_AWAY(1001, "going-away"),
  TOO_LARGE(1009, "message-too-large"),
  /** Something on our side; try again a little later. */
  TRY_AGAIN(1013, "try-again"),
  BAD_MESSAGE(4400, "bad-message"),
  UNAUTHENTICATED(4401, "unauthenticated"),
  AUTH_TIMEOUT(4408, "auth-timeout"),
  /** The reader was too slow; resume with the cursor of the {@code resync} message. */
  RESYNC(4409, "resync"),
  /** The token or key was revoked, or the token has expired; get a new one. */
  CREDENTIAL_ENDED(4410, "credential-ended"),
  /** Nothing was heard from the client, not even an answer to a ping. */
  SILENT(4411, "silent"),
  /** The tenant has as many connections to this node as it may; close some, or come back later. */
  TOO_MANY_SOCKETS(4429, "too-many-sockets");

  private final short code;
  private final String reason;

  CloseCode(int code, String reason) {
    this.code = (short) code;
    this.reason = reason;
  }

  public short code() {
    return code;
  }

  public String reason() {
    return reason;
  }
}
