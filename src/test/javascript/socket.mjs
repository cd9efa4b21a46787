// A WebSocket client for platforms that have none (RFC 6455): text messages, pings, closing.

import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export class WebSocket {
  readyState = 0;
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  #connection = null;
  #bytes = Buffer.alloc(0);
  #code = 1006;

  constructor(address) {
    const key = randomBytes(16).toString('base64');
    const upgrade = request(address.replace(/^ws/, 'http'), {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Version': '13',
      },
    });
    upgrade.on('upgrade', (response, connection, head) => this.#upgraded(key, response, connection, head));
    upgrade.on('response', response => response.resume() && this.#gone());
    upgrade.on('error', () => this.#gone());
    upgrade.end();
  }

  send(text) {
    this.#write(TEXT, Buffer.from(text));
  }

  close() {
    if (this.readyState === 1) {
      this.#write(CLOSE, Buffer.from([1000 >> 8, 1000 & 255]));
    }
    this.readyState = 2;
    this.#connection?.end();
  }

  #upgraded(key, response, connection, head) {
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    if (this.readyState !== 0 || response.headers['sec-websocket-accept'] !== accept) {
      connection.destroy();
      this.#gone();
      return;
    }
    this.#connection = connection;
    this.readyState = 1;
    connection.on('data', bytes => this.#read(bytes));
    connection.on('error', () => {});
    connection.on('close', () => this.#gone());
    this.onopen?.({});
    this.#read(head);
  }

  #gone() {
    if (this.readyState !== 3) {
      this.readyState = 3;
      this.onclose?.({ code: this.#code });
    }
  }

  #read(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let frame = this.#frame(); frame; frame = this.#frame()) {
      this.#take(...frame);
    }
  }

  /** A server does not mask, and ours does not cut its messages into several frames. */
  #frame() {
    const bytes = this.#bytes;
    if (bytes.length < 2) {
      return null;
    }
    const short = bytes[1] & 127;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < head) {
      return null;
    }
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < head + length) {
      return null;
    }
    this.#bytes = bytes.subarray(head + length);
    return [bytes[0] & 15, bytes.subarray(head, head + length)];
  }

  #take(kind, data) {
    if (kind === TEXT) {
      this.onmessage?.({ data: data.toString() });
    } else if (kind === PING) {
      this.#write(PONG, data);
    } else if (kind === CLOSE) {
      this.#code = data.length >= 2 ? data.readUInt16BE(0) : 1005;
      this.#connection.end();
    }
  }

  #write(kind, data) {
    if (this.readyState !== 1) {
      return;
    }
    const length = data.length < 126 ? [data.length] : [126, data.length >> 8, data.length & 255];
    const mask = randomBytes(4);
    const masked = data.map((byte, n) => byte ^ mask[n % 4]);
    this.#connection.write(
      Buffer.concat([Buffer.from([128 | kind, 128 | length[0], ...length.slice(1)]), mask, masked]),
    );
  }
}
