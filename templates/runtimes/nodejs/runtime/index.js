'use strict';
// Owns the life of the process: start, listen, and stop on a signal. Started in the app directory.

const path = require('node:path');

const { readAddress, readConfiguration } = require('./configuration.js');
const { loadHandler } = require('./handlers.js');
const { describeError, logError, logInfo, logWarning } = require('./logging.js');
const { Metrics } = require('./metrics.js');
const { FunctionServer } = require('./server.js');
const { StartupFailure } = require('./startup-failure.js');

function explainStart(error, address) {
  if (error.code === 'EADDRINUSE') {
    return (
      `port ${address.port} is in use on ${address.host}; ` +
      'stop what listens there or set PORT to another'
    );
  }
  return (
    `cannot listen on ${address.host}:${address.port}: ${error.message}; ` +
    'set HOST and PORT to an address that can be bound'
  );
}

async function listen(server, address) {
  try {
    return await server.listen(address);
  } catch (error) {
    throw new StartupFailure(explainStart(error, address), error);
  }
}

function failStart(error) {
  const cause = error.cause instanceof Error ? describeError(error.cause) : {};
  logError(error.message, error instanceof StartupFailure ? cause : describeError(error));
  process.exit(1);
}

function failUnsettledStart() {
  failStart(
    new StartupFailure(
      'the handler module never finished loading; a top-level await in it must settle',
    ),
  );
}

function stopUnfinished(reason) {
  logWarning('stopped before every request was answered', reason);
  process.exit(1);
}

// Installed before anything is loaded: the first process of a container ignores a signal that it
// has no handler for, and would have to be killed. findServer gives undefined until it listens.
function stopOnSignals(findServer) {
  let stopping = false;
  const stop = (signal) => {
    const server = findServer();
    if (server === undefined) process.exit(0);
    if (stopping) stopUnfinished({ signal });
    stopping = true;
    server.drain().then(() => process.exit(0));
    // By then each request that was in hand has had its answer, or its deadline.
    const limit = server.lambda.configuration.timeoutMs;
    setTimeout(stopUnfinished, limit, { limit_seconds: limit / 1000 });
    logInfo('draining', { signal });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

// What the tenant's code leaves behind outside a request must not take the other requests with it.
function surviveStrayErrors() {
  process.on('unhandledRejection', (error) => {
    logError('unhandled promise rejection', describeError(error));
  });
  process.on('uncaughtException', (error) => {
    logError('uncaught exception outside a request', describeError(error));
  });
  // Without a reader of the log, reporting that the log cannot be written would never end.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
}

async function main() {
  let listening;
  surviveStrayErrors();
  stopOnSignals(() => listening);
  process.once('beforeExit', failUnsettledStart);
  const configuration = readConfiguration(path.join('runtime', 'function.json'), process.env);
  const address = readAddress(process.env);
  const handler = await loadHandler(process.cwd(), configuration.handler);
  const server = new FunctionServer({ configuration, handler, metrics: new Metrics() });
  const port = await listen(server, address);
  listening = server;
  process.off('beforeExit', failUnsettledStart);
  logInfo('listening', { port });
}

main().catch(failStart);
