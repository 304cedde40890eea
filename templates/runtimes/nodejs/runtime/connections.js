'use strict';
// Owns the open sockets: which of them have requests to answer, and closing them when draining.

const CONNECTION = Symbol('connection');

class Connection {
  constructor(connections, socket) {
    this.connections = connections;
    this.socket = socket;
    this.unanswered = 0;
    this.latest = undefined;
  }

  begin(response) {
    this.unanswered += 1;
    this.latest = response;
    response[CONNECTION] = this;
    response.on('close', onResponseClose);
  }

  /** Of pipelined requests only the last may announce the close, or others lose their answer. */
  mustCloseAfter(response) {
    return this.connections.draining && this.latest === response;
  }

  /** Whether an answer may be written by hand without getting between the bytes of another. */
  isSilent() {
    if (!this.socket.writable) return false;
    return this.unanswered === 0 || (this.unanswered === 1 && !this.latest.headersSent);
  }
}

class Connections {
  constructor() {
    this.open = new Set();
    this.draining = false;
  }

  add(socket) {
    const connection = new Connection(this, socket);
    socket[CONNECTION] = connection;
    this.open.add(connection);
    socket.on('close', () => this.open.delete(connection));
  }

  of(socket) {
    return socket[CONNECTION];
  }

  /** Closes what waits for no answer, now, and the rest as each gets its last answer. */
  drain() {
    this.draining = true;
    // Not server.closeIdleConnections(): it passes over sockets that never sent a request.
    for (const connection of this.open) {
      if (connection.unanswered === 0) connection.socket.destroy();
    }
  }
}

function onResponseClose() {
  const connection = this[CONNECTION];
  connection.unanswered -= 1;
  if (connection.unanswered === 0) {
    connection.latest = undefined;
    if (connection.connections.draining) connection.socket.destroySoon();
  }
}

module.exports = { Connections };
