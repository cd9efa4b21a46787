package dev.backlot.stream.bridge;

import dev.backlot.bus.Addresses;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.http.QuietFailure;
import dev.backlot.stream.Access;
import dev.backlot.stream.CloseCode;
import dev.backlot.stream.Connected;
import dev.backlot.stream.Feed;
import dev.backlot.stream.Frame;
import dev.backlot.stream.Lifetime;
import dev.backlot.stream.Message;
import dev.backlot.stream.Messages;
import dev.backlot.stream.Outbox;
import dev.backlot.stream.Pass;
import dev.backlot.stream.Place;
import dev.backlot.stream.StreamLoop;
import dev.backlot.stream.Watch;
import dev.backlot.stream.bridge.BridgeMessage.Ping;
import dev.backlot.stream.bridge.BridgeMessage.Publish;
import dev.backlot.stream.bridge.BridgeMessage.Register;
import dev.backlot.stream.bridge.BridgeMessage.Send;
import dev.backlot.stream.bridge.BridgeMessage.Unreadable;
import dev.backlot.stream.bridge.BridgeMessage.Unregister;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of an event-bus bridge: what it may say, whom it follows and how long it may live. Its
 * event loop only.
 *
 * <p>Whatever is not allowed here is refused, and nothing that a client registers reaches the bus:
 * its events come from a feed of this node. What may wait for it is bounded as for a {@link
 * dev.backlot.stream.StatusSocket}; beyond that it is told to come back, and closed.
 */
final class BridgeSession implements Outbox, Connected {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeSession.class);

  /** The address under which a client gets what it follows. No consumer of the bus has it. */
  static final String EVENTS = "backlot.stream.events.v1";

  /** No credit, no scope, not there, not now, gone, not possible: all said after who asks. */
  private static final Set<Integer> OF_KNOWN_CALLERS = Set.of(402, 403, 404, 409, 410, 422);

  private final BridgeLink link;
  private final StreamLoop loop;
  private final BridgeCommands commands;
  private final BridgeStream stream;
  private final Place place;
  private final Pass pass;
  private final Lifetime lifetime;

  private boolean placing;
  private boolean crowdedOut;
  private int underWay;
  private int refusals;

  BridgeSession(StreamLoop loop, BridgeLink link, Place place, BridgeServices services) {
    this.link = link;
    this.place = place;
    this.loop = loop;
    this.commands = services.commands();
    this.stream = new BridgeStream(loop::access, this::feed, services.replies(), this);
    this.pass = new Pass(loop.config().unconfirmedMax());
    this.lifetime = new Lifetime(loop.config(), pass, loop.now());
  }

  /** The client is there, whatever it says. */
  void heard() {
    lifetime.heard(loop.now());
  }

  /** Takes one message. Never fails. */
  void receive(String text) {
    heard();
    if (!isClosed()) {
      handle(BridgeMessage.parse(text));
    }
  }

  /** What came cannot be understood any more. */
  void broken(BacklotException failure) {
    boolean large = failure.code() == ErrorCode.BODY_TOO_LARGE;
    close(large ? CloseCode.TOO_LARGE : CloseCode.BAD_MESSAGE);
  }

  /** The connection is gone. */
  void closed() {
    lifetime.gone();
    stream.close();
  }

  @Override
  public void shutdown() {
    resync(CloseCode.GOING_AWAY, "shutdown");
  }

  @Override
  public Optional<Access> access() {
    return lifetime.isClosing() ? Optional.empty() : stream.access();
  }

  private boolean covers(Watch watch, @Nullable BatchId batch) {
    return access().filter(held -> held.covers(watch, batch)).isPresent();
  }

  @Override
  public void confirmed(Instant at) {
    pass.confirm(at);
  }

  @Override
  public void endCredential() {
    send(
        Messages.error(
            null,
            new BacklotException(
                ErrorCode.UNAUTHENTICATED, "The token or key is no longer valid.")));
    close(CloseCode.CREDENTIAL_ENDED);
  }

  @Override
  public void tick(Instant now) {
    access()
        .filter(held -> !Optional.of(held).equals(pass.access()))
        .ifPresent(held -> pass.take(held, now));
    switch (lifetime.due(now)) {
      case CUT -> link.cut();
      case SLOW -> resync(CloseCode.RESYNC, "slow-reader");
      case UNKNOWN -> close(CloseCode.AUTH_TIMEOUT);
      case EXPIRED -> endCredential();
      case DOUBTFUL -> resync(CloseCode.TRY_AGAIN, "unavailable");
      case SILENT -> close(CloseCode.SILENT);
      case HEARTBEAT -> heartbeat(now);
      case NOTHING -> {}
    }
    drained();
  }

  @Override
  public void send(Message message) {
    if (!isClosed()) {
      link.send(link.word().message(EVENTS, message.text()));
    }
  }

  @Override
  public void send(Frame event) {
    if (!isClosed()) {
      link.send(event);
    }
  }

  @Override
  public boolean isFull() {
    return isClosed() || link.isFull() || place.isOverdrawn(link.waiting());
  }

  @Override
  public boolean isClosed() {
    return lifetime.isClosing() || link.isClosed();
  }

  @Override
  public void whenDrained(Runnable ready) {
    lifetime.whenDrained(loop.now(), ready);
  }

  /** There is room again. */
  void drained() {
    if (!isFull()) {
      lifetime.drained();
    }
  }

  @Override
  public void resync(CloseCode code, String reason) {
    stream.access().ifPresent(held -> send(Messages.resync(held.tenant(), cursor(), reason)));
    close(code);
  }

  private OptionalLong cursor() {
    return stream.cursor();
  }

  private void handle(BridgeMessage message) {
    if (message instanceof Ping) {
      if (link.word().answersPings()) {
        answer(BridgeWord.PONG);
      }
    } else if (message instanceof Send send) {
      carryOut(send);
    } else if (message instanceof Publish publish) {
      refuse(BridgeRefusal.ACCESS_DENIED, publish.address());
    } else if (message instanceof Register register) {
      listen(register.address());
    } else if (message instanceof Unregister unregister) {
      listen(unregister.address());
    } else if (message instanceof Unreadable unreadable) {
      refuse(unreadable.refusal(), unreadable.address());
    }
  }

  /** Answers and events find the client by themselves, so there is nothing to be kept. */
  private void listen(String address) {
    boolean answers = BridgeMessage.UUID.matcher(address).matches();
    if (!answers && !address.equals(EVENTS)) {
      refuse(BridgeRefusal.ACCESS_DENIED, address);
    }
  }

  private void carryOut(Send send) {
    String replyAddress = send.replyAddress();
    if (!BridgeCommands.isCommand(send.address())) {
      refuse(BridgeRefusal.ACCESS_DENIED, replyAddress);
      return;
    }
    if (underWay == BridgeServices.COMMANDS_MAX) {
      refuse(BridgeRefusal.TOO_MANY_REQUESTS, replyAddress);
      return;
    }
    underWay++;
    lifetime.judge();
    answerOf(send)
        .onSuccess(done -> reply(send, done))
        .onFailure(failure -> refuse(BridgeCommands.refusal(failure), replyAddress))
        .onComplete(
            done -> {
              lifetime.judged();
              underWay--;
            });
  }

  private Future<JsonObject> answerOf(Send send) {
    if (send.address().equals(Addresses.SUBSCRIBE.name())) {
      return stream.subscribe(send.body());
    }
    if (send.address().equals(Addresses.UNSUBSCRIBE.name())) {
      return stream.unsubscribe(send.body());
    }
    return commands.ask(send.address(), send.body());
  }

  private void reply(Send send, JsonObject done) {
    String replyAddress = send.replyAddress();
    boolean known = isOfKnownCaller(done);
    if (known) {
      lifetime.admit();
    }
    if (replyAddress != null) {
      answer(link.word().message(replyAddress, done.encode()));
    }
    if (status(done) == ErrorCode.UNAUTHENTICATED.httpStatus()) {
      countRefusal();
    }
    if (crowdedOut) {
      close(CloseCode.TOO_MANY_SOCKETS);
    } else if (known) {
      findPlace(send.body());
    }
  }

  private Feed feed(Access held) {
    try {
      place.take(held.tenant());
    } catch (BacklotException crowded) {
      // It is closed behind the answer that says why.
      crowdedOut = true;
      throw crowded;
    }
    return loop.feed(held.tenant(), this::covers, this);
  }

  /** Who only sends commands counts as one of its tenant's, too. Asked once, as a rule. */
  private void findPlace(JsonObject command) {
    if (place.isTaken() || placing || !(command.getValue("token") instanceof String token)) {
      return;
    }
    placing = true;
    loop.tenant(token)
        .onSuccess(found -> found.ifPresent(this::takePlace))
        .onComplete(asked -> placing = false);
  }

  private void takePlace(TenantId tenant) {
    try {
      place.take(tenant);
    } catch (BacklotException crowded) {
      send(Messages.error(null, crowded));
      close(CloseCode.TOO_MANY_SOCKETS);
    }
  }

  /** Whether it is an answer that only a good credential gets. */
  private static boolean isOfKnownCaller(JsonObject done) {
    return Boolean.TRUE.equals(done.getValue("ok")) || OF_KNOWN_CALLERS.contains(status(done));
  }

  private static int status(JsonObject done) {
    return done.getValue("status") instanceof Integer status ? status : 0;
  }

  private void refuse(BridgeRefusal refusal, @Nullable String address) {
    answer(refusal.message(address));
    countRefusal();
  }

  private void countRefusal() {
    if (++refusals >= BridgeServices.REFUSALS_MAX) {
      close(CloseCode.BAD_MESSAGE);
    }
  }

  /** A client that asks and does not read gets no more answers than anybody else has events. */
  private void answer(String message) {
    if (isClosed()) {
      return;
    }
    if (isFull()) {
      resync(CloseCode.RESYNC, "slow-reader");
      return;
    }
    link.send(message);
  }

  private void heartbeat(Instant now) {
    if (isFull()) {
      return;
    }
    stream.access().ifPresent(held -> send(Messages.heartbeat(held.tenant(), cursor(), now)));
    link.ping();
  }

  /** A client that does not even take the goodbye is cut off by the next ticks. */
  private void close(CloseCode code) {
    if (!lifetime.close(loop.now())) {
      return;
    }
    stream.close();
    LOG.atDebug().addKeyValue("reason", code.reason()).log("a client of a bridge was closed");
    link.close(code);
  }

  /** A frame came that nobody reads. */
  void tooLarge() {
    close(CloseCode.TOO_LARGE);
  }

  static void failed(Throwable failure) {
    LOG.atDebug().setCause(QuietFailure.of(failure)).log("a connection of a bridge failed");
  }
}
