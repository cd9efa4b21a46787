package dev.backlot.stream;

import java.util.ArrayList;
import java.util.List;

/**
 * The last events that the tail has read, so that a short absence costs no query. At its bound the
 * oldest is forgotten; who needs it reads the database. One event loop only; the frames themselves
 * are shared between loops.
 */
final class RecentFrames {
  private final int capacity;
  private final Frame[] ring;
  private long added;
  private long complete;

  /**
   * @param position every event after it will be added
   */
  RecentFrames(int capacity, long position) {
    this.capacity = capacity;
    this.ring = new Frame[capacity];
    this.complete = position;
  }

  void add(Frame frame) {
    int slot = slot(added);
    if (added >= capacity) {
      complete = ring[slot].position();
    }
    ring[slot] = frame;
    added++;
  }

  /** Whether every event after this position is here. */
  boolean covers(long position) {
    return position >= complete;
  }

  /**
   * Events after a position that {@link #covers} has agreed to, of all tenants, in order.
   *
   * @param limit most of them
   */
  List<Frame> after(long position, int limit) {
    long first = firstAfter(position);
    int count = (int) Math.min(limit, added - first);
    List<Frame> frames = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      frames.add(ring[slot(first + i)]);
    }
    return frames;
  }

  /** Binary search: positions rise, with holes where a transaction was rolled back. */
  private long firstAfter(long position) {
    long low = Math.max(0, added - capacity);
    long high = added;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (ring[slot(middle)].position() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int slot(long index) {
    return (int) (index % capacity);
  }
}
