package dev.backlot.domain.input;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of one input, one behind the other. In the input's text each has left an object in its
 * place, {@code {"$part":offset,"length":n}}: where it begins among them and how long it is. No
 * caller can write such an object: it stands where only a string may be, and every kind's fields
 * are checked before parts are taken out.
 */
public final class Parts {
  public static final Parts NONE = new Parts(List.of());

  private final List<Part> all;
  private final long length;

  private Parts(List<Part> all) {
    this.all = List.copyOf(all);
    this.length = this.all.stream().mapToLong(Part::length).sum();
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** In the order in which their objects stand in the text. */
  public List<Part> all() {
    return all;
  }

  /** Bytes of all. */
  public long length() {
    return length;
  }

  /** Collects the parts of a text while it is written. Used by one thread, once. */
  public static final class Collector {
    private final List<Part> found = new ArrayList<>(0);
    private long offset;

    /** What to write in the place of this part. */
    public String takeOut(Part part) {
      String place = new PartPlace(0, 0, offset, part.length()).text();
      found.add(part);
      offset += part.length();
      return place;
    }

    public Parts parts() {
      return found.isEmpty() ? NONE : new Parts(found);
    }
  }
}
