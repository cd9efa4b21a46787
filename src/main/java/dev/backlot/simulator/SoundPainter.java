package dev.backlot.simulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes sounds that players play: a low tone as WAV, silence as MP3. For a worker thread. */
final class SoundPainter {
  private static final int RATE = 8_000;
  private static final int SECONDS = 3;
  private static final int TONE = 220;
  private static final int HEADER = 44;
  private static final int LOUDNESS = 6_000;

  /** MPEG 1, layer III, 128 kbit/s, 44.1 kHz: a frame without samples is silent. */
  private static final byte[] FRAME_HEAD = {(byte) 0xFF, (byte) 0xFB, (byte) 0x90, 0};

  private static final int FRAME = 417;
  private static final int FRAMES = SECONDS * 38;

  private SoundPainter() {}

  static byte[] mp3() {
    byte[] frames = new byte[FRAME * FRAMES];
    for (int frame = 0; frame < FRAMES; frame++) {
      System.arraycopy(FRAME_HEAD, 0, frames, frame * FRAME, FRAME_HEAD.length);
    }
    return frames;
  }

  /** 16 bits, one channel. */
  static byte[] wav() {
    int samples = RATE * SECONDS;
    ByteBuffer file = ByteBuffer.allocate(HEADER + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(HEADER - 8 + 2 * samples).put(ascii("WAVEfmt ")).putInt(16);
    file.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
    file.putShort((short) 2).putShort((short) 16).put(ascii("data")).putInt(2 * samples);
    for (int sample = 0; sample < samples; sample++) {
      double phase = 2 * Math.PI * TONE * sample / RATE;
      file.putShort((short) (LOUDNESS * Math.sin(phase)));
    }
    return file.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
