package dev.backlot.provider;

import static dev.backlot.provider.KlingFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.AccountParked;
import dev.backlot.bus.Addresses.SlotsFreed;
import dev.backlot.bus.Bus;
import dev.backlot.config.ProviderConfig.Breaker;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.call.CallOutcome;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.ProviderCalls;
import dev.backlot.port.ProviderCalls.Sending;
import dev.backlot.port.ProviderHealth.Parked;
import dev.backlot.port.ProviderScript.Fate;
import dev.backlot.port.VideoProvider.Create;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What 1102 does to the account whose pack it is: units are per account and type of pack. */
class UsedUpPackTest {
  private static final Duration PARKING = Duration.ofSeconds(60);
  private static final String ACCOUNT = "main";
  private static final String IMAGE = "image";
  private static final String VIDEO = "video";

  private final Vertx vertx = Vertx.vertx();
  private final FakeProvider provider = new FakeProvider();
  private final BlockingQueue<AccountParked> parkings = new LinkedBlockingQueue<>();
  private volatile Instant now = Instant.parse("2026-06-01T12:00:00Z");
  private int created;
  private Bus bus;
  private GuardedProvider guarded;

  @BeforeEach
  void start() throws Exception {
    bus = Bus.install(vertx);
    get(bus.subscribe(Addresses.ACCOUNT_PARKED, parkings::add));
    Breaker config = new Breaker(3, Duration.ofSeconds(60), Duration.ofMinutes(10), PARKING);
    guarded = new GuardedProvider(vertx, bus, () -> now, provider, List.of(ACCOUNT), config);
  }

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  @Test
  void only_what_that_pack_pays_for_is_left_alone() throws Exception {
    useUp();

    assertThat(create(IMAGE))
        .asInstanceOf(type(NeverSent.class))
        .returns(ErrorCode.PROVIDER_ACCOUNT, NeverSent::code);
    assertThat(create(VIDEO)).isInstanceOf(Accepted.class);
    assertThat(guarded.isSound(ACCOUNT)).isTrue();
    assertThat(guarded.isSound(ACCOUNT, VIDEO)).isTrue();
    assertThat(guarded.mayCreate(ACCOUNT, IMAGE)).isFalse();
  }

  @Test
  void the_operator_is_told_as_of_a_parked_account() throws Exception {
    Instant since = now;
    useUp();
    now = now.plusSeconds(10);

    assertThat(parkings.poll(10, TimeUnit.SECONDS))
        .isEqualTo(new AccountParked(ACCOUNT, 1102, since));
    assertThat(guarded.parked())
        .containsExactly(new Parked(ACCOUNT, IMAGE, 1102, since, since.plus(PARKING)));
    assertThat(guarded.parked()).extracting(Parked::subject).containsExactly("main/image");
  }

  @Test
  void after_the_pause_one_create_asks_and_is_believed_when_it_is_taken() throws Exception {
    useUp();
    now = now.plus(PARKING);
    assertThat(guarded.createsAllowed(ACCOUNT, IMAGE)).isEqualTo(1);

    assertThat(create(IMAGE)).isInstanceOf(Accepted.class);

    assertThat(guarded.parked()).isEmpty();
    assertThat(guarded.createsAllowed(ACCOUNT, IMAGE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void one_that_is_refused_for_another_reason_of_the_account_ends_no_parking() throws Exception {
    useUp();
    now = now.plus(PARKING);
    provider.next(new Fate.Refuse(ErrorCode.PROVIDER_BUSY, 1303));

    create(IMAGE);

    assertThat(guarded.mayCreate(ACCOUNT, IMAGE)).isFalse();
    assertThat(guarded.isSound(ACCOUNT, VIDEO)).isTrue();
  }

  @Test
  void one_that_nobody_can_run_lets_the_next_one_ask_and_not_all_others() throws Exception {
    useUp();
    now = now.plus(PARKING);
    provider.next(new Fate.Refuse(ErrorCode.CONTENT_REJECTED, 1301));

    create(IMAGE);

    assertThat(guarded.createsAllowed(ACCOUNT, IMAGE)).isEqualTo(1);
  }

  @Test
  void what_was_on_its_way_before_says_nothing_about_now() throws Exception {
    useUp();

    create(VIDEO);

    assertThat(guarded.mayCreate(ACCOUNT, IMAGE)).isFalse();
  }

  @Test
  void dispatch_hears_at_once_that_its_slots_may_be_used_again() throws Exception {
    BlockingQueue<SlotsFreed> woken = new LinkedBlockingQueue<>();
    get(bus.subscribe(Addresses.SLOTS_FREED, woken::add));
    useUp();
    now = now.plus(PARKING);

    create(IMAGE);
    assertThat(woken.poll(10, TimeUnit.SECONDS)).as("one that asked was taken").isNotNull();

    useUp();
    guarded.unpark(ACCOUNT);
    assertThat(woken.poll(10, TimeUnit.SECONDS)).as("its operator says so").isNotNull();
  }

  @Test
  void an_account_and_its_pack_are_parked_side_by_side_and_unparked_together() throws Exception {
    useUp();
    provider.next(new Fate.Refuse(ErrorCode.PROVIDER_CREDIT, 1101));
    create(VIDEO);
    assertThat(guarded.parked()).extracting(Parked::subject).containsExactly("main", "main/image");

    guarded.unpark(ACCOUNT);

    assertThat(guarded.parked()).isEmpty();
    assertThat(guarded.isSound(ACCOUNT, IMAGE)).isTrue();
  }

  @Test
  void a_create_that_its_pack_keeps_back_does_not_use_up_the_probe_of_the_account() {
    AccountParking parking = new AccountParking(ACCOUNT, PARKING);
    AccountParking.Pass clip = parking.enter(VIDEO, now).orElseThrow();
    AccountParking.Pass image = parking.enter(IMAGE, now).orElseThrow();
    parking.leave(clip, refused(1101), now);
    parking.leave(image, refused(1102), now.plusSeconds(30));
    now = now.plus(PARKING);

    assertThat(parking.enter(IMAGE, now)).isEmpty();

    assertThat(parking.callsAllowed(now)).isEqualTo(1);
  }

  private static Refused refused(int number) {
    return new Refused(ErrorCode.PROVIDER_CREDIT, number, false, "no credit");
  }

  @Test
  void a_call_whose_pack_is_used_up_parks_nothing() throws Exception {
    assertThat(callWithoutPack()).isInstanceOf(CallOutcome.Refused.class);

    assertThat(guarded.parked()).isEmpty();
    assertThat(guarded.createsAllowed(ACCOUNT, VIDEO)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void a_call_whose_pack_is_used_up_says_nothing_of_the_packs_of_jobs() throws Exception {
    useUp();
    now = now.plus(PARKING);

    callWithoutPack();

    assertThat(guarded.createsAllowed(ACCOUNT, IMAGE)).isEqualTo(1);
    assertThat(guarded.isSound(ACCOUNT, VIDEO)).isTrue();
  }

  private void useUp() throws Exception {
    provider.next(new Fate.Refuse(ErrorCode.PROVIDER_CREDIT, 1102));
    create(IMAGE);
  }

  private SubmitOutcome create(String pack) throws Exception {
    Create create =
        new Create(ACCOUNT, "legacy", "/v1/some/path", "id-" + created++, "{}", false, pack);
    return onLoop(() -> guarded.create(create, () -> true, late -> {}));
  }

  private CallOutcome callWithoutPack() throws Exception {
    ProviderCalls refusing =
        (sending, permit, late) ->
            Future.succeededFuture(new CallOutcome.Refused(ErrorCode.PROVIDER_CREDIT, 1102));
    Sending call = new Sending(ACCOUNT, "tts", "/v1/audio/tts", "{}", List.of());
    return onLoop(() -> guarded.guarded(refusing).send(call, () -> true, late -> {}));
  }

  private <T> T onLoop(Supplier<Future<T>> call) throws Exception {
    Promise<T> promise = Promise.promise();
    vertx.getOrCreateContext().runOnContext(go -> call.get().onComplete(promise));
    return get(promise.future());
  }
}
