package dev.backlot.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;

/**
 * Carries one record type: its length, then JSON. Throws when it cannot encode or decode, so that a
 * loss is never silent. Unknown members are ignored, because two versions may run side by side.
 */
final class RecordCodec<T> implements MessageCodec<T, T> {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Class<T> type;

  RecordCodec(Class<T> type) {
    this.type = type;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    try {
      byte[] json = JSON.writeValueAsBytes(message);
      buffer.appendInt(json.length).appendBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot encode " + type.getSimpleName(), e);
    }
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    int length = buffer.getInt(position);
    int start = position + Integer.BYTES;
    try {
      return JSON.readValue(buffer.getBytes(start, start + length), type);
    } catch (IOException e) {
      throw new IllegalStateException("cannot decode " + type.getSimpleName(), e);
    }
  }

  /** Messages are records of immutable parts: a local consumer may share the instance. */
  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public String name() {
    return "record:" + type.getSimpleName();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
