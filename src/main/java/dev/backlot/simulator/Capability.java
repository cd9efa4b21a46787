package dev.backlot.simulator;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one model can do and what it costs (reference, sections 11 and 12). Data, because the real
 * service changes it without notice.
 *
 * @param modes empty when the model takes no mode
 * @param soundModes modes in which sound may be on
 * @param tail where an end frame is allowed
 * @param prices by mode, {@code ""} for a model without modes
 */
record Capability(
    String model,
    Set<Product> products,
    int secondsMin,
    int secondsMax,
    int secondsStep,
    Set<String> modes,
    Set<String> soundModes,
    Tail tail,
    Map<String, Price> prices) {

  /** Where an end frame is allowed. */
  enum Tail {
    NEVER,
    FIVE_SECONDS,
    PRO,
    PRO_SILENT,
    ALWAYS
  }

  /** Units per second, each for a silent clip, one with sound, and one with chosen voices. */
  record Price(BigDecimal silent, BigDecimal sound, BigDecimal voices) {
    static Price perSecond(String silent, String sound, String voices) {
      return new Price(new BigDecimal(silent), new BigDecimal(sound), new BigDecimal(voices));
    }

    /** Older models are priced per clip of 5 s, and 10 s cost twice that. */
    static Price perFiveSeconds(String units) {
      BigDecimal second = new BigDecimal(units).divide(BigDecimal.valueOf(5));
      return new Price(second, second, second);
    }
  }

  private static final Set<Product> BOTH = Set.of(Product.TEXT2VIDEO, Product.IMAGE2VIDEO);
  private static final Set<Product> IMAGE = Set.of(Product.IMAGE2VIDEO);
  private static final Set<String> STD_PRO = Set.of("std", "pro");

  private static final Map<String, Price> OLDER =
      Map.of("std", Price.perFiveSeconds("2"), "pro", Price.perFiveSeconds("3.5"));
  private static final Map<String, Price> MASTER = Map.of("", Price.perFiveSeconds("10"));

  private static final Map<String, Capability> TABLE =
      List.of(
              older("kling-v1", BOTH, STD_PRO, Tail.FIVE_SECONDS, v1()),
              older("kling-v1-5", IMAGE, STD_PRO, Tail.PRO, OLDER),
              older("kling-v1-6", BOTH, STD_PRO, Tail.PRO, OLDER),
              older("kling-v2-master", BOTH, Set.of(), Tail.NEVER, MASTER),
              older("kling-v2-1", IMAGE, STD_PRO, Tail.PRO, OLDER),
              older("kling-v2-1-master", BOTH, Set.of(), Tail.NEVER, MASTER),
              older("kling-v2-5-turbo", BOTH, STD_PRO, Tail.PRO, silent("0.3", "0.5")),
              new Capability(
                  "kling-v2-6",
                  BOTH,
                  5,
                  10,
                  5,
                  STD_PRO,
                  Set.of("pro"),
                  Tail.PRO_SILENT,
                  Map.of(
                      "std", Price.perSecond("0.3", "0.3", "0.3"),
                      "pro", Price.perSecond("0.5", "1.0", "1.2"))),
              new Capability(
                  "kling-v3",
                  BOTH,
                  3,
                  15,
                  1,
                  Set.of("std", "pro", "4k"),
                  Set.of("std", "pro", "4k"),
                  Tail.ALWAYS,
                  Map.of(
                      "std", Price.perSecond("0.6", "0.9", "0.9"),
                      "pro", Price.perSecond("0.8", "1.2", "1.2"),
                      "4k", Price.perSecond("3.0", "3.0", "3.0"))))
          .stream()
          .collect(Collectors.toUnmodifiableMap(Capability::model, Function.identity()));

  static @Nullable Capability of(String model) {
    return TABLE.get(model);
  }

  boolean takesSeconds(int seconds) {
    return seconds >= secondsMin
        && seconds <= secondsMax
        && (seconds - secondsMin) % secondsStep == 0;
  }

  boolean takesTail(String mode, int seconds, boolean sound) {
    return switch (tail) {
      case NEVER -> false;
      case FIVE_SECONDS -> seconds == 5;
      case PRO -> mode.equals("pro");
      case PRO_SILENT -> mode.equals("pro") && !sound;
      case ALWAYS -> true;
    };
  }

  /** Exact units of one clip. */
  BigDecimal price(String mode, int seconds, boolean sound, boolean voices) {
    Price price = prices.get(modes.isEmpty() ? "" : mode);
    if (price == null) {
      throw new IllegalStateException("no price for " + model + "/" + mode);
    }
    BigDecimal second = voices ? price.voices() : sound ? price.sound() : price.silent();
    return second.multiply(BigDecimal.valueOf(seconds)).stripTrailingZeros();
  }

  private static Capability older(
      String model, Set<Product> products, Set<String> modes, Tail tail, Map<String, Price> price) {
    return new Capability(model, products, 5, 10, 5, modes, Set.of(), tail, price);
  }

  private static Map<String, Price> v1() {
    return Map.of("std", Price.perFiveSeconds("1"), "pro", Price.perFiveSeconds("3.5"));
  }

  private static Map<String, Price> silent(String std, String pro) {
    return Map.of("std", Price.perSecond(std, std, std), "pro", Price.perSecond(pro, pro, pro));
  }
}
