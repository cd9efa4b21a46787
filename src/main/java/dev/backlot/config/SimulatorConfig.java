package dev.backlot.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Kling simulator.
 *
 * @param enabled whether the service starts it beside itself
 * @param host address to bind, both ports
 * @param port the pretend API; 0 takes a free one
 * @param controlPort books, faults and clock; 0 takes a free one
 * @param account the one pretend account
 * @param rendering how long tasks take
 * @param limits bounds
 * @param callbacks how it calls back
 * @param quirks what is not known of the real service
 * @param journal file that keeps accepted tasks over a restart; null keeps them in memory only
 * @param seed of every random choice
 * @param faults rules in force from the start
 */
public record SimulatorConfig(
    boolean enabled,
    String host,
    int port,
    int controlPort,
    Account account,
    Rendering rendering,
    Limits limits,
    SimulatorCallbacks callbacks,
    SimulatorQuirks quirks,
    @Nullable Path journal,
    long seed,
    List<SimulatorFault> faults) {

  public SimulatorConfig {
    faults = List.copyOf(faults);
  }

  /**
   * @param slots clips in flight per model version
   * @param imageSlots images in flight per model version, each counted
   * @param slotsByModel exceptions, by model version for clips, or by version and pack such as
   *     {@code kling-v3/image}
   * @param packUnits units that the video pack and the image pack hold each; when they are billed,
   *     creates are refused with 1102; for cash, what they are worth is the balance, and it is 1101
   * @param charges what tasks are paid with
   */
  public record Account(
      Secret accessKey,
      Secret secretKey,
      Secret apiKey,
      int slots,
      int imageSlots,
      Map<String, Integer> slotsByModel,
      BigDecimal packUnits,
      Charges charges) {
    public Account {
      slotsByModel = Map.copyOf(slotsByModel);
    }

    Account with(int slots, BigDecimal packUnits, Charges charges) {
      return new Account(
          accessKey, secretKey, apiKey, slots, imageSlots, slotsByModel, packUnits, charges);
    }
  }

  /** What tasks are paid with. */
  public enum Charges {
    /** Units of a resource pack. */
    UNIT,
    /** Money. */
    CASH
  }

  /** When a task reaches its end. */
  public enum RenderMode {
    /** After its render time. */
    TIMED,
    /** When it is first asked for. */
    FIRST_QUERY,
    /** In the moment it is accepted. */
    IMMEDIATE
  }

  /**
   * @param timeFactor how many times faster than the real service
   * @param median real render time of half the 5 s clips in std mode, before the factor
   * @param spread sigma of the log-normal distribution around the median; 0 for none
   */
  public record Rendering(RenderMode mode, int timeFactor, Duration median, double spread) {}

  /**
   * @param tasks tasks kept; beyond it the earliest ended is forgotten
   * @param body largest request body, bytes
   * @param horizon longest delay of a late acceptance
   * @param linkLifetime how long a result link works
   * @param costsLag age from which a deduction shows in the account's costs
   */
  public record Limits(
      int tasks, int body, Duration horizon, Duration linkLifetime, Duration costsLag) {}

  /**
   * Reads the section {@code simulator}; a section that only says {@code enabled: false} will do.
   */
  public static SimulatorConfig from(Section in) {
    boolean enabled = in.requireBoolean("enabled");
    if (!enabled && !in.has("port")) {
      in.rejectUnknown();
      return defaults();
    }
    Limits limits =
        new Limits(
            in.requireInt("tasks", 1_000, 2_000_000),
            (int) in.requireBytes("body", 1 << 10, 256 << 20),
            in.requireDuration("horizon", Duration.ofSeconds(1), Duration.ofHours(1)),
            in.requireDuration("link-lifetime", Duration.ofSeconds(1), Duration.ofDays(365)),
            in.requireDuration("costs-lag", Duration.ZERO, Duration.ofDays(7)));
    SimulatorConfig config =
        new SimulatorConfig(
            enabled,
            in.requireText("host"),
            in.requireInt("port", 0, 65_535),
            in.requireInt("control-port", 0, 65_535),
            account(in),
            rendering(in),
            limits,
            in.has("callbacks")
                ? SimulatorCallbacks.from(in.section("callbacks"))
                : SimulatorCallbacks.DEFAULTS,
            SimulatorQuirks.from(in.section("quirks")),
            in.text("journal").map(Path::of).orElse(null),
            in.requireLong("seed", Long.MIN_VALUE, Long.MAX_VALUE),
            faults(in, limits.horizon()));
    in.rejectUnknown();
    if (config.port() != 0 && config.port() == config.controlPort()) {
      throw in.error("control-port", "must differ from " + in.key("port"));
    }
    return config;
  }

  /**
   * Free ports on loopback, five slots and nine for images, a hundred times faster than the real
   * service.
   */
  public static SimulatorConfig defaults() {
    return new SimulatorConfig(
        false,
        "127.0.0.1",
        0,
        0,
        new Account(
            new Secret("sim-access-key"),
            new Secret("sim-secret-key-sim-secret-key-00"),
            new Secret("sim-api-key"),
            5,
            9,
            Map.of(),
            BigDecimal.valueOf(10_000_000),
            Charges.UNIT),
        new Rendering(RenderMode.TIMED, 100, Duration.ofSeconds(90), 0.3),
        new Limits(
            200_000, 80 << 20, Duration.ofMinutes(2), Duration.ofDays(30), Duration.ofHours(12)),
        SimulatorCallbacks.DEFAULTS,
        SimulatorQuirks.NONE,
        null,
        1,
        List.of());
  }

  public SimulatorConfig withSlots(int slots) {
    return withAccount(account.with(slots, account.packUnits(), account.charges()));
  }

  public SimulatorConfig withPackUnits(BigDecimal units) {
    return withAccount(account.with(account.slots(), units, account.charges()));
  }

  /** The same account, paid with money. */
  public SimulatorConfig withCash() {
    return withAccount(account.with(account.slots(), account.packUnits(), Charges.CASH));
  }

  public SimulatorConfig withCallbacks(SimulatorCallbacks changed) {
    return new SimulatorConfig(
        enabled,
        host,
        port,
        controlPort,
        account,
        rendering,
        limits,
        changed,
        quirks,
        journal,
        seed,
        faults);
  }

  public SimulatorConfig withQuirks(SimulatorQuirks changed) {
    return new SimulatorConfig(
        enabled,
        host,
        port,
        controlPort,
        account,
        rendering,
        limits,
        callbacks,
        changed,
        journal,
        seed,
        faults);
  }

  public SimulatorConfig withAccount(Account changed) {
    return new SimulatorConfig(
        enabled,
        host,
        port,
        controlPort,
        changed,
        rendering,
        limits,
        callbacks,
        quirks,
        journal,
        seed,
        faults);
  }

  public SimulatorConfig withRendering(Rendering changed) {
    return new SimulatorConfig(
        enabled,
        host,
        port,
        controlPort,
        account,
        changed,
        limits,
        callbacks,
        quirks,
        journal,
        seed,
        faults);
  }

  public SimulatorConfig withLimits(Limits changed) {
    return new SimulatorConfig(
        enabled,
        host,
        port,
        controlPort,
        account,
        rendering,
        changed,
        callbacks,
        quirks,
        journal,
        seed,
        faults);
  }

  public SimulatorConfig withJournal(Path changed) {
    return new SimulatorConfig(
        enabled,
        host,
        port,
        controlPort,
        account,
        rendering,
        limits,
        callbacks,
        quirks,
        changed,
        seed,
        faults);
  }

  public SimulatorConfig withPorts(int api, int control) {
    return new SimulatorConfig(
        enabled, host, api, control, account, rendering, limits, callbacks, quirks, journal, seed,
        faults);
  }

  public SimulatorConfig withFaults(List<SimulatorFault> changed) {
    return new SimulatorConfig(
        enabled,
        host,
        port,
        controlPort,
        account,
        rendering,
        limits,
        callbacks,
        quirks,
        journal,
        seed,
        changed);
  }

  private static Account account(Section in) {
    Map<String, Integer> slotsByModel = new HashMap<>();
    Section exceptions = in.section("slots-by-model");
    for (String model : exceptions.names()) {
      slotsByModel.put(model, exceptions.requireInt(model, 0, 1_000_000));
    }
    return new Account(
        key(in, "access-key"),
        key(in, "secret-key"),
        key(in, "api-key"),
        in.requireInt("slots", 0, 1_000_000),
        in.requireInt("image-slots", 0, 1_000_000),
        slotsByModel,
        in.requireDecimal("pack-units", BigDecimal.ZERO, new BigDecimal("1e12")),
        in.has("charges") ? in.requireEnum("charges", Charges.class) : Charges.UNIT);
  }

  /** A reference, or the key itself: keys of a pretend account protect nothing. */
  static Secret key(Section in, String name) {
    String text = in.requireText(name);
    boolean reference = text.startsWith("file:") || text.startsWith("env:");
    return reference ? in.requireSecret(name) : new Secret(text);
  }

  private static Rendering rendering(Section in) {
    return new Rendering(
        in.requireEnum("render", RenderMode.class),
        in.requireInt("time-factor", 1, 1_000_000),
        in.requireDuration("render-median", Duration.ofMillis(1), Duration.ofHours(1)),
        in.requireDecimal("render-spread", BigDecimal.ZERO, BigDecimal.valueOf(2)).doubleValue());
  }

  private static List<SimulatorFault> faults(Section in, Duration horizon) {
    List<SimulatorFault> faults = new ArrayList<>();
    for (Section rule : in.sections("faults")) {
      faults.add(SimulatorFault.from(rule, horizon));
    }
    return faults;
  }
}
