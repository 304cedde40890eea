'use strict';
// Owns problem documents (RFC 9457): how a request that cannot be served is told so.

const { STATUS_CODES } = require('node:http');

const PROBLEM_TYPE = 'application/problem+json';

/** A refusal of the request as it was sent; the detail never quotes the body. */
class RequestProblem extends Error {
  constructor(status, detail) {
    super(detail);
    this.name = 'RequestProblem';
    this.status = status;
  }
}

/** An answer (status, flat header list, body) holding a problem document. */
function problemAnswer(status, detail, eventId, headers = []) {
  const title = STATUS_CODES[status];
  const document = { type: 'about:blank', title, status, detail, instance: eventId };
  return {
    status,
    headers: ['Content-Type', PROBLEM_TYPE, ...headers],
    body: JSON.stringify(document),
  };
}

module.exports = { RequestProblem, problemAnswer };
