package dev.backlot.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The clips that results show. Each look is drawn once, when it is first wanted, on one worker
 * thread; at most {@code colours x aspect ratios} of some 100 KB stay in memory. Event loop only.
 */
final class Clips {
  private static final List<Integer> HUES = List.of(0x3A7BD5, 0xE0723A, 0x3AB57B, 0x9B4AD0);

  private record Look(int width, int height, int hue) {}

  private final WorkerExecutor painters;
  private final Map<Look, Future<Buffer>> drawn = new HashMap<>();

  Clips(Vertx vertx) {
    this.painters = vertx.createSharedWorkerExecutor("simulator-clips", 1);
  }

  Future<Buffer> of(Task task) {
    Look look = look(task);
    Future<Buffer> clip = drawn.computeIfAbsent(look, this::draw);
    if (clip.failed()) {
      drawn.remove(look);
    }
    return clip;
  }

  Future<Void> close() {
    return painters.close();
  }

  private Future<Buffer> draw(Look look) {
    ClipPainter painter = new ClipPainter(look.width(), look.height(), look.hue());
    return painters.executeBlocking(() -> Buffer.buffer(painter.paint()));
  }

  private static Look look(Task task) {
    int hue = HUES.get((int) (task.plan().number() % HUES.size()));
    return switch (task.request().aspectRatio()) {
      case "9:16" -> new Look(180, 320, hue);
      case "1:1" -> new Look(240, 240, hue);
      default -> new Look(320, 180, hue);
    };
  }
}
