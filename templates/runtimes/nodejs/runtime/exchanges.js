'use strict';
// Owns one HTTP request and its answer: receiving the body within its limit, sending the answer.

const { RequestProblem } = require('./problems.js');

const BODY_LIMIT = 10 * 1024 * 1024;
const EXCHANGE = Symbol('exchange');
const EMPTY = Buffer.alloc(0);

class Exchange {
  constructor(request, response, connection) {
    this.request = request;
    this.response = response;
    this.connection = connection;
    this.chunks = undefined;
    this.received = 0;
    this.receiver = undefined;
  }

  /**
   * Hands the body to receiver.received(exchange, body), or a body over the limit to
   * receiver.refused(exchange, problem). A sender that goes away ends the exchange silently.
   */
  receive(receiver) {
    const { request, response } = this;
    if (Number(request.headers['content-length']) > BODY_LIMIT) {
      receiver.refused(this, tooLarge());
      return;
    }
    if (request.headers.expect !== undefined) response.writeContinue();
    this.receiver = receiver;
    request[EXCHANGE] = this;
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('error', onError);
  }

  send({ status, headers, body }) {
    const { response, connection } = this;
    const fields = headers.slice();
    if (body !== undefined) {
      const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
      fields.push('Content-Length', length);
    }
    if (connection.mustCloseAfter(response)) fields.push('Connection', 'close');
    response.writeHead(status, fields);
    response.end(body);
  }
}

function tooLarge() {
  return new RequestProblem(413, `The body is larger than ${BODY_LIMIT} bytes.`);
}

function onData(chunk) {
  const exchange = this[EXCHANGE];
  exchange.received += chunk.length;
  if (exchange.receiver === undefined) return;
  if (exchange.received > BODY_LIMIT) {
    // The rest is read and dropped, within the server's request timeout: a sender cut off
    // while it writes would never read the answer.
    const { receiver } = exchange;
    exchange.receiver = undefined;
    exchange.chunks = undefined;
    receiver.refused(exchange, tooLarge());
  } else if (exchange.chunks === undefined) {
    exchange.chunks = [chunk];
  } else {
    exchange.chunks.push(chunk);
  }
}

function onEnd() {
  const exchange = this[EXCHANGE];
  const { chunks, receiver } = exchange;
  if (receiver === undefined) return;
  exchange.chunks = undefined;
  exchange.receiver = undefined;
  if (chunks === undefined) receiver.received(exchange, EMPTY);
  else receiver.received(exchange, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

function onError() {
  const exchange = this[EXCHANGE];
  exchange.chunks = undefined;
  exchange.receiver = undefined;
}

module.exports = { Exchange };
