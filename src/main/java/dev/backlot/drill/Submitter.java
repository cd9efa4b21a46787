package dev.backlot.drill;

import dev.backlot.drill.Order.Door;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Submits jobs as careful back ends do, to any node, until each is taken. Some are sent again
 * although the first was answered, and must be the same job. Any number of threads may submit.
 */
final class Submitter {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long PAUSE_MILLIS = 300;

  /** One of so many is sent twice. */
  private static final int TWICE = 10;

  private final Clients clients;
  private final Caller own;
  private final Caller kling;
  private final long seed;
  private final Map<Integer, String> accepted = new ConcurrentHashMap<>();
  private final AtomicInteger repeats = new AtomicInteger();

  /** Speaks one API. */
  interface Caller {
    Attempt begin(Order order);

    /** Of one that is known to have been taken. */
    Attempt again(Order order);
  }

  /** One order on its way. */
  @FunctionalInterface
  interface Attempt {
    /** Turns to this node, and answers the id when it has learnt it. */
    Optional<String> send(int node);
  }

  Submitter(Clients clients, Caller own, Caller kling, long seed) {
    this.clients = clients;
    this.own = own;
    this.kling = kling;
    this.seed = seed;
  }

  /** Ids by number: of jobs, or those that Kling's API calls them by. */
  Map<Integer, String> accepted() {
    return accepted;
  }

  /** Ids of those that went in by Kling's API. */
  Map<Order, String> tasks() {
    Map<Order, String> tasks = new HashMap<>();
    accepted.forEach(
        (number, id) -> {
          Order order = Order.of(number);
          if (order.door() != Door.OWN) {
            tasks.put(order, id);
          }
        });
    return tasks;
  }

  /** Times that a client had to turn to a node again. */
  int repeats() {
    return repeats.get();
  }

  void submit(int number) {
    Order order = Order.of(number);
    Caller caller = order.door() == Door.OWN ? own : kling;
    Random random = new Random(seed + number);
    Optional<String> id = untilKnown(caller.begin(order), random);
    if (id.isEmpty()) {
      clients.surprised(
          "job " + number + " was not accepted within " + PATIENCE.toMinutes() + " min");
      return;
    }
    accepted.put(number, id.get());
    boolean isKnownAgain = order.door() == Door.OWN || order.isNamed();
    if (isKnownAgain && random.nextInt(TWICE) == 0) {
      Optional<String> again = untilKnown(caller.again(order), random);
      if (!again.equals(id)) {
        clients.surprised("job " + number + " was accepted as " + id.get() + " and as " + again);
      }
    }
  }

  private Optional<String> untilKnown(Attempt attempt, Random random) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      Optional<String> id = attempt.send(random.nextInt(clients.nodes()));
      if (id.isPresent()) {
        return id;
      }
      repeats.incrementAndGet();
      LockSupport.parkNanos(Duration.ofMillis(random.nextLong(PAUSE_MILLIS)).toNanos());
    }
    return Optional.empty();
  }
}
