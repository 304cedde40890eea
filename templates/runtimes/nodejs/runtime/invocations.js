'use strict';
// Owns one call of the handler: from the decoded event to one answer before the deadline.

const { Context } = require('./contexts.js');
const { decodeEvent } = require('./events.js');
const { describeError, eventIdentity, logError, logWarning } = require('./logging.js');
const { RequestProblem, problemAnswer } = require('./problems.js');
const { InvalidReply, ReplyLoop, encodeReply } = require('./replies.js');

function failureDetail(error, eventId) {
  if (error instanceof ReplyLoop) {
    return `The reply to event ${eventId} is a reply loop: a trigger sends it to its own sender.`;
  }
  if (error instanceof InvalidReply) {
    return `The function returned what cannot be sent in reply to event ${eventId}.`;
  }
  return `The function failed while handling event ${eventId}.`;
}

class Invocation {
  constructor(lambda, exchange, event) {
    const { configuration } = lambda;
    this.lambda = lambda;
    this.exchange = exchange;
    this.event = event;
    // Kept aside: the event is the handler's to change.
    this.id = event.id;
    this.source = event.source;
    this.startedAt = performance.now();
    const deadline = Date.now() + configuration.timeoutMs;
    this.context = new Context(configuration, event, exchange.request.headers, deadline);
    this.timer = undefined;
    this.answered = false;
  }

  async run() {
    const { handler, configuration, metrics } = this.lambda;
    metrics.started();
    this.timer = setTimeout(expire, configuration.timeoutMs, this);
    let answer;
    try {
      const value = await handler(this.event, this.context);
      if (this.answered) return;
      answer = encodeReply(value, this, configuration);
    } catch (error) {
      this.fail(error);
      return;
    }
    // A handler that held the event loop past the deadline kept the timer from firing.
    if (performance.now() - this.startedAt > configuration.timeoutMs) expire(this);
    else this.answer('success', answer);
  }

  fail(error) {
    const when = this.answered ? ' after its deadline' : '';
    this.log(`the function failed${when}`, describeError(error));
    if (this.answered) return;
    this.answer('error', problemAnswer(500, failureDetail(error, this.id), this.id));
  }

  answer(outcome, answer) {
    this.answered = true;
    clearTimeout(this.timer);
    this.lambda.metrics.finished(outcome, (performance.now() - this.startedAt) / 1000);
    this.exchange.send(answer);
  }

  log(message, fields) {
    logError(message, { ...eventIdentity(this.id, this.context.traceparent), ...fields });
  }
}

function expire(invocation) {
  const seconds = invocation.lambda.configuration.timeoutMs / 1000;
  invocation.log('the function exceeded its deadline', { timeout_seconds: seconds });
  const { id } = invocation;
  const detail = `The function did not finish event ${id} within ${seconds} seconds.`;
  invocation.answer('timeout', problemAnswer(504, detail, id));
}

/** Answers an exchange whose body has arrived. lambda: { configuration, handler, metrics }. */
function invoke(lambda, exchange, body) {
  let event;
  try {
    event = decodeEvent(exchange.request.headers, body);
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error;
    refuse(lambda, exchange, error);
    return;
  }
  new Invocation(lambda, exchange, event).run();
}

/** Answers an exchange that carries no event the function could be called with. */
function refuse(lambda, exchange, problem) {
  lambda.metrics.refused();
  logWarning('the request was refused', { status: problem.status, detail: problem.message });
  exchange.send(problemAnswer(problem.status, problem.message));
}

module.exports = { invoke, refuse };
