'use strict';
// Owns the HTTP server: its routes, its limits, and how it stops.

const http = require('node:http');
const net = require('node:net');

const { Connections } = require('./connections.js');
const { Exchange } = require('./exchanges.js');
const { invoke, refuse } = require('./invocations.js');
const { problemAnswer } = require('./problems.js');

const LIMITS = {
  maxHeaderSize: 64 * 1024,
  headersTimeout: 30_000,
  // Time to receive a request; the handler's time is bounded by its deadline alone.
  requestTimeout: 120_000,
  // Longer than proxies keep idle connections (90 s is common), so that it is they who close:
  // a server that closes first races with the next request.
  keepAliveTimeout: 120_000,
};
const CLIENT_ERROR_STATUS = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
const CLIENT_ERROR_DETAIL =
  'The request is not well-formed HTTP, has too long a head, or took too long to arrive.';
const METRICS_HEADERS = ['Content-Type', 'text/plain; version=0.0.4; charset=utf-8'];
const HEALTHY = { status: 200, headers: ['Content-Type', 'text/plain; charset=utf-8'], body: 'ok' };

function methodNotAllowed(allowed) {
  const detail = `The method is not allowed here; use ${allowed}.`;
  return problemAnswer(405, detail, undefined, ['Allow', allowed]);
}

class FunctionServer {
  /** lambda: { configuration, handler, metrics }. */
  constructor(lambda) {
    this.lambda = lambda;
    this.connections = new Connections();
    this.server = http.createServer(LIMITS);
    const serve = (request, response) => this.serve(request, response);
    this.server.on('request', serve);
    // Left to the exchange, so that a body that is refused is not asked for.
    this.server.on('checkContinue', serve);
    this.server.on('connection', (socket) => this.connections.add(socket));
    this.server.on('clientError', (error, socket) => this.rejectBytes(error, socket));
  }

  /** Resolves to the port once listening; rejects with the system's error. */
  listen({ host, port }) {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve(this.server.address().port);
      });
    });
  }

  /** Stops accepting; resolves once every request received has its answer. */
  drain() {
    return new Promise((resolve) => {
      // Not http's own close: it ends idle connections first, and a client that comes back
      // from one would still be accepted.
      net.Server.prototype.close.call(this.server, resolve);
      this.connections.drain();
    });
  }

  serve(request, response) {
    const connection = this.connections.of(request.socket);
    connection.begin(response);
    const exchange = new Exchange(request, response, connection);
    if (request.url === '/' && request.method === 'POST') exchange.receive(this);
    else this.route(exchange);
  }

  route(exchange) {
    const { method, url } = exchange.request;
    const query = url.indexOf('?');
    const path = query < 0 ? url : url.slice(0, query);
    if (path === '/') {
      if (method === 'POST') exchange.receive(this);
      else exchange.send(methodNotAllowed('POST'));
    } else if (path === '/healthz' || path === '/metrics') {
      if (method === 'GET') exchange.send(path === '/healthz' ? HEALTHY : this.renderMetrics());
      else exchange.send(methodNotAllowed('GET'));
    } else {
      exchange.send(problemAnswer(404, 'There is nothing here: events are sent to /.'));
    }
  }

  renderMetrics() {
    return { status: 200, headers: METRICS_HEADERS, body: this.lambda.metrics.render() };
  }

  received(exchange, body) {
    invoke(this.lambda, exchange, body);
  }

  refused(exchange, problem) {
    refuse(this.lambda, exchange, problem);
  }

  rejectBytes(error, socket) {
    if (error.code === 'ECONNRESET' || !this.connections.of(socket).isSilent()) {
      socket.destroy();
      return;
    }
    const status = CLIENT_ERROR_STATUS[error.code] ?? 400;
    const { headers, body } = problemAnswer(status, CLIENT_ERROR_DETAIL);
    const head = [
      `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`,
      `${headers[0]}: ${headers[1]}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  }
}

module.exports = { FunctionServer };
