package dev.backlot.stream;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made when it is first wanted, and never again. Thread-safe. */
final class Once<T> {
  private final Supplier<T> make;
  private volatile @Nullable T made;

  Once(Supplier<T> make) {
    this.make = make;
  }

  T get() {
    T known = made;
    return known == null ? makeOnce() : known;
  }

  private synchronized T makeOnce() {
    T known = made;
    if (known == null) {
      known = make.get();
      made = known;
    }
    return known;
  }
}
