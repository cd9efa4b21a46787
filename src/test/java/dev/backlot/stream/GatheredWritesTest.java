package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatheredWritesTest {
  private final Calls calls = new Calls();
  private final EmbeddedChannel connection = new EmbeddedChannel();
  private final GatheredWrites writes = GatheredWrites.of(connection);

  GatheredWritesTest() {
    connection.pipeline().addFirst(calls);
  }

  @AfterEach
  void close() {
    connection.finishAndReleaseAll();
  }

  @Test
  void a_message_leaves_at_once() {
    send(10);

    assertThat(calls.count).isEqualTo(1);
  }

  @Test
  void messages_that_are_held_leave_together() {
    writes.hold();
    send(10);
    send(10);
    send(10);
    int before = calls.count;

    writes.release();

    assertThat(before).isZero();
    assertThat(calls.count).isEqualTo(1);
    assertThat(connection.outboundMessages()).hasSize(3);
  }

  @Test
  void a_release_without_a_message_costs_nothing() {
    writes.hold();
    writes.release();

    assertThat(calls.count).isZero();
  }

  @Test
  void after_a_release_a_message_leaves_at_once_again() {
    writes.hold();
    send(10);
    writes.release();

    send(10);

    assertThat(calls.count).isEqualTo(2);
  }

  @Test
  void many_messages_do_not_wait_for_the_release() {
    writes.hold();
    for (int i = 0; i < GatheredWrites.MESSAGES_MAX; i++) {
      send(10);
    }

    assertThat(calls.count).isEqualTo(1);
  }

  @Test
  void a_full_queue_does_not_wait_for_the_release() {
    connection.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1_000));
    writes.hold();

    send(2_000);

    assertThat(calls.count).isEqualTo(1);
    assertThat(connection.isWritable()).isTrue();
  }

  private void send(int bytes) {
    connection.writeAndFlush(Unpooled.buffer(bytes).writeZero(bytes));
  }

  /** Of the network. */
  private static final class Calls extends ChannelOutboundHandlerAdapter {
    private int count;

    @Override
    public void flush(ChannelHandlerContext network) {
      count++;
      network.flush();
    }
  }
}
