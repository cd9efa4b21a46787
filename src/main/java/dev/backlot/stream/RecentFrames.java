package dev.backlot.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last events that the tail has read, so that a short absence costs no query. At its bounds,
 * which are a number and {@link #BYTES_MAX}, the oldest are forgotten; who needs them reads the
 * database. One event loop only; the frames themselves are shared between loops.
 */
final class RecentFrames {
  /** Most bytes that they may have in all encodings together. */
  static final long BYTES_MAX = 256L << 20;

  private final int capacity;
  private final long bytesMax;
  private final @Nullable Frame[] ring;
  private long added;
  private long first;
  private long bytes;
  private long complete;

  /**
   * @param position every event after it will be added
   */
  RecentFrames(int capacity, long position) {
    this(capacity, BYTES_MAX, position);
  }

  RecentFrames(int capacity, long bytesMax, long position) {
    this.bytesMax = bytesMax;
    this.capacity = capacity;
    this.ring = new Frame[capacity];
    this.complete = position;
  }

  void add(Frame frame) {
    bytes += frame.bytesMax();
    while (first < added && (added - first == capacity || bytes > bytesMax)) {
      forgetFirst();
    }
    ring[slot(added)] = frame;
    added++;
  }

  private void forgetFirst() {
    Frame oldest = at(first);
    complete = oldest.position();
    bytes -= oldest.bytesMax();
    ring[slot(first)] = null;
    first++;
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
    long next = firstAfter(position);
    int count = (int) Math.min(limit, added - next);
    List<Frame> frames = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      frames.add(at(next + i));
    }
    return frames;
  }

  /** Binary search: positions rise, with holes where a transaction was rolled back. */
  private long firstAfter(long position) {
    long low = first;
    long high = added;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (at(middle).position() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Frame at(long index) {
    return Objects.requireNonNull(ring[slot(index)]);
  }

  private int slot(long index) {
    return (int) (index % capacity);
  }
}
