package dev.backlot.simulator;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one model can do on the legacy video paths (reference, section 11). Data, because the real
 * service changes it without notice.
 *
 * @param modes empty when the model takes no mode
 * @param soundModes modes in which sound may be on
 * @param tail where an end frame is allowed
 */
record ClipModel(
    String model,
    Set<Product> products,
    Lengths lengths,
    Set<String> modes,
    Set<String> soundModes,
    Tail tail) {

  /** Where an end frame is allowed. */
  enum Tail {
    NEVER,
    FIVE_SECONDS,
    PRO,
    PRO_SILENT,
    ALWAYS
  }

  private static final Set<Product> BOTH = Set.of(Product.TEXT2VIDEO, Product.IMAGE2VIDEO);
  private static final Set<Product> IMAGE = Set.of(Product.IMAGE2VIDEO);
  private static final Set<String> STD_PRO = Set.of("std", "pro");
  private static final Set<String> TO_4K = Set.of("std", "pro", "4k");
  private static final Lengths FIVE_OR_TEN = new Lengths(5, 10, 5);

  private static final Map<String, ClipModel> TABLE =
      List.of(
              silent("kling-v1", BOTH, STD_PRO, Tail.FIVE_SECONDS),
              silent("kling-v1-5", IMAGE, STD_PRO, Tail.PRO),
              silent("kling-v1-6", BOTH, STD_PRO, Tail.PRO),
              silent("kling-v2-master", BOTH, Set.of(), Tail.NEVER),
              silent("kling-v2-1", IMAGE, STD_PRO, Tail.PRO),
              silent("kling-v2-1-master", BOTH, Set.of(), Tail.NEVER),
              silent("kling-v2-5-turbo", BOTH, STD_PRO, Tail.PRO),
              new ClipModel(
                  "kling-v2-6", BOTH, FIVE_OR_TEN, STD_PRO, Set.of("pro"), Tail.PRO_SILENT),
              new ClipModel("kling-v3", BOTH, new Lengths(3, 15, 1), TO_4K, TO_4K, Tail.ALWAYS))
          .stream()
          .collect(Collectors.toUnmodifiableMap(ClipModel::model, Function.identity()));

  static @Nullable ClipModel of(String model) {
    return TABLE.get(model);
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

  private static ClipModel silent(
      String model, Set<Product> products, Set<String> modes, Tail tail) {
    return new ClipModel(model, products, FIVE_OR_TEN, modes, Set.of(), tail);
  }
}
