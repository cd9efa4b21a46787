package dev.backlot.domain.credit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * An exact amount of one asset: at most 14 digits before the point and 6 after it, never floating
 * point (promise P3). Equal amounts are equal objects whatever their trailing zeros.
 */
public record Credits(BigDecimal value) implements Comparable<Credits> {
  public static final int SCALE = 6;
  private static final int MAX_PRECISION = 20;

  /** More than any decimal of ours is long; beyond it only zeros or nonsense can follow. */
  private static final int MAX_TEXT = 40;

  /** The same in bits, which are counted without writing the number out. */
  private static final int MAX_BITS = 133;

  private static final Pattern PLAIN = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

  public static final Credits ZERO = new Credits(BigDecimal.ZERO);

  /**
   * @throws ArithmeticException when the value has more than 6 decimals or 20 digits
   */
  public Credits {
    // Before anything is made of it: a number such as 1e5000000 takes seconds to write out.
    if (Math.abs((long) value.scale()) > MAX_TEXT || value.unscaledValue().bitLength() > MAX_BITS) {
      throw new ArithmeticException("no amount has so many digits");
    }
    value = value.setScale(SCALE, RoundingMode.UNNECESSARY);
    if (value.precision() > MAX_PRECISION) {
      throw new ArithmeticException("more than " + MAX_PRECISION + " digits: " + value);
    }
  }

  /**
   * Reads a decimal such as {@code "5"} or {@code "2.4"}, of at most 40 characters.
   *
   * @throws NumberFormatException when it is none, also when it has an exponent
   * @throws ArithmeticException when it has more than 6 decimals or 20 digits
   */
  public static Credits of(String decimal) {
    if (decimal.length() > MAX_TEXT || !PLAIN.matcher(decimal).matches()) {
      throw new NumberFormatException("not a plain decimal of at most " + MAX_TEXT + " characters");
    }
    return new Credits(new BigDecimal(decimal));
  }

  public Credits plus(Credits other) {
    return new Credits(value.add(other.value));
  }

  public Credits minus(Credits other) {
    return new Credits(value.subtract(other.value));
  }

  public Credits times(long factor) {
    return new Credits(value.multiply(BigDecimal.valueOf(factor)));
  }

  public Credits min(Credits other) {
    return compareTo(other) <= 0 ? this : other;
  }

  public boolean isPositive() {
    return value.signum() > 0;
  }

  @Override
  public int compareTo(Credits other) {
    return value.compareTo(other.value);
  }

  /** The shortest plain decimal, as JSON strings carry it: {@code 2.4}, {@code 0}, {@code 1000}. */
  @Override
  public String toString() {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
