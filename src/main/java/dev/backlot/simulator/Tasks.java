package dev.backlot.simulator;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that are kept: all unfinished ones, and ended ones up to the bound; beyond it the one
 * that ended first is forgotten with its external id. Event loop only.
 */
final class Tasks {
  private final int bound;
  private final NavigableMap<Long, Task> byNumber = new TreeMap<>();
  private final Map<Product, NavigableMap<Long, Task>> byProduct = new HashMap<>();
  private final Map<String, Task> byExternalId = new HashMap<>();
  private final Map<String, Integer> repeated = new HashMap<>();
  private final Deque<Task> ended = new ArrayDeque<>();

  Tasks(int bound) {
    this.bound = bound;
    Product.all().forEach(product -> byProduct.put(product, new TreeMap<>()));
    Product.calls().forEach(call -> byProduct.put(call, new TreeMap<>()));
  }

  /** Whether there is no room because unfinished tasks alone reach the bound. */
  boolean isFull() {
    return byNumber.size() >= bound && ended.isEmpty();
  }

  void add(Task task) {
    forgetDownTo(bound - 1);
    long number = task.plan().number();
    byNumber.put(number, task);
    of(task.request().product()).put(number, task);
    String externalId = task.externalId();
    if (!externalId.isEmpty() && byExternalId.put(externalId, task) != null) {
      repeated.merge(externalId, 2, (before, two) -> before + 1);
    }
  }

  void ended(Task task) {
    ended.addLast(task);
  }

  @Nullable Task byNumber(long number) {
    return byNumber.get(number);
  }

  @Nullable Task byExternalId(String externalId) {
    return byExternalId.get(externalId);
  }

  /**
   * Oldest first.
   *
   * @param calls whether those that were answered at once, or the others
   */
  Collection<Task> after(long number, int limit, boolean calls) {
    return byNumber.tailMap(number, false).values().stream()
        .filter(task -> task.isCall() == calls)
        .limit(limit)
        .toList();
  }

  /** Newest first, calls among them. */
  Collection<Task> before(long number) {
    return byNumber.headMap(number, false).descendingMap().values();
  }

  /** Newest first, only what is visible at {@code now}. */
  List<Task> newest(Product product, long now, int skip, int limit) {
    return of(product).descendingMap().values().stream()
        .filter(task -> task.isVisible(now))
        .skip(skip)
        .limit(limit)
        .toList();
  }

  Map<String, Integer> repeatedExternalIds() {
    return repeated;
  }

  private NavigableMap<Long, Task> of(Product product) {
    NavigableMap<Long, Task> tasks = byProduct.get(product);
    if (tasks == null) {
      throw new IllegalStateException("no index for " + product.label());
    }
    return tasks;
  }

  private void forgetDownTo(int size) {
    while (byNumber.size() > size && !ended.isEmpty()) {
      Task oldest = ended.removeFirst();
      byNumber.remove(oldest.plan().number());
      of(oldest.request().product()).remove(oldest.plan().number());
      byExternalId.remove(oldest.externalId(), oldest);
    }
  }
}
