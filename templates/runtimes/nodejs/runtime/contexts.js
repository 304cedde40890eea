'use strict';
// Owns the second argument of the handler: the function's ids, logger, trace, deadline and reply.

const { SPEC_VERSION } = require('./events.js');
const { createLogger, eventIdentity } = require('./logging.js');

class Context {
  #eventId;
  #logger;

  /** deadline: milliseconds since the epoch. */
  constructor(configuration, event, headers, deadline) {
    this.thirdPartyId = configuration.thirdPartyId;
    this.parserId = configuration.parserId;
    this.buildId = configuration.buildId;
    this.deadline = deadline;
    // The pair is taken from one place: a tracestate belongs to its traceparent.
    const carrier = event.traceparent === undefined ? headers : event;
    this.traceparent = carrier.traceparent;
    this.tracestate = carrier.tracestate;
    this.#eventId = event.id;
    this.#logger = undefined;
  }

  get logger() {
    this.#logger ??= createLogger(eventIdentity(this.#eventId, this.traceparent));
    return this.#logger;
  }

  /** Milliseconds left before the deadline, 0 once it has passed. */
  remainingMs() {
    return Math.max(0, this.deadline - Date.now());
  }

  /** A CloudEvent to return; the wrapper adds the id, source, subject and time it lacks. */
  reply(type, data, attributes) {
    return { ...attributes, specversion: SPEC_VERSION, type, data };
  }
}

module.exports = { Context };
