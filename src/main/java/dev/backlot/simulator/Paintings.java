package dev.backlot.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The clips, images and sounds that results show. Each look is painted once, when it is first
 * wanted, on one worker thread; at most {@code colours x aspect ratios} of each kind, with and
 * without a watermark, of some 100 KB, stay in memory. Event loop only.
 */
final class Paintings {
  private static final List<Integer> HUES = List.of(0x3A7BD5, 0xE0723A, 0x3AB57B, 0x9B4AD0);
  private static final int CLIP_EDGE = 20;
  private static final int STILL_EDGE = 40;

  private record Look(Medium type, int width, int height, int hue, boolean marked) {
    byte[] paint() {
      return switch (type) {
        case STILL -> new StillPainter(width, height, hue, marked).paint();
        case CLIP -> new ClipPainter(width, height, hue, marked).paint();
        case MP3 -> SoundPainter.mp3();
        case WAV -> SoundPainter.wav();
      };
    }
  }

  private final WorkerExecutor painters;
  private final Map<Look, Future<Buffer>> painted = new HashMap<>();

  Paintings(Vertx vertx) {
    this.painters = vertx.createSharedWorkerExecutor("simulator-paintings", 1);
  }

  Future<Buffer> of(Task task, Links.File file) {
    Look look = look(task, file);
    Future<Buffer> painting = painted.computeIfAbsent(look, this::paint);
    if (painting.failed()) {
      painted.remove(look);
    }
    return painting;
  }

  /** The file of all presets. */
  Future<Buffer> preset(Medium medium) {
    int edge = medium == Medium.STILL ? 12 * STILL_EDGE : 0;
    return painted.computeIfAbsent(new Look(medium, edge, edge, HUES.get(0), false), this::paint);
  }

  Future<Void> close() {
    return painters.close();
  }

  private Future<Buffer> paint(Look look) {
    return painters.executeBlocking(() -> Buffer.buffer(look.paint()));
  }

  /** Neighbours among the images of a task differ. */
  private static Look look(Task task, Links.File file) {
    Medium type = file.medium();
    if (type == Medium.MP3 || type == Medium.WAV) {
      return new Look(type, 0, 0, 0, false);
    }
    int hue = HUES.get((int) ((task.plan().number() + file.index()) % HUES.size()));
    int edge = type == Medium.STILL ? STILL_EDGE : CLIP_EDGE;
    return switch (task.request().aspectRatio()) {
      case "9:16" -> new Look(type, 9 * edge, 16 * edge, hue, file.marked());
      case "1:1" -> new Look(type, 12 * edge, 12 * edge, hue, file.marked());
      case "4:3" -> new Look(type, 16 * edge, 12 * edge, hue, file.marked());
      case "3:4" -> new Look(type, 12 * edge, 16 * edge, hue, file.marked());
      case "3:2" -> new Look(type, 15 * edge, 10 * edge, hue, file.marked());
      case "2:3" -> new Look(type, 10 * edge, 15 * edge, hue, file.marked());
      case "21:9" -> new Look(type, 21 * edge, 9 * edge, hue, file.marked());
      default -> new Look(type, 16 * edge, 9 * edge, hue, file.marked());
    };
  }
}
