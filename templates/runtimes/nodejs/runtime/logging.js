'use strict';
// Owns log lines: one JSON object per line, the wrapper's and the tenant's alike.

function describeError(error) {
  if (error !== null && typeof error === 'object' && !(error instanceof Error)) {
    return { error: 'a thrown object that is not an Error' };
  }
  if (!(error instanceof Error)) return { error: String(error) };
  return { error: `${error.name}: ${error.message}`, stack: error.stack };
}

function asFields(fields) {
  if (fields === undefined || fields === null) return {};
  if (fields instanceof Error) return describeError(fields);
  return typeof fields === 'object' ? fields : { fields };
}

function formatLine(level, message, identity, fields) {
  const entry = { level, message: '', time: new Date().toISOString(), ...identity };
  try {
    entry.message = String(message);
    const extra = {};
    for (const [name, value] of Object.entries(asFields(fields))) {
      if (!Object.hasOwn(entry, name)) extra[name] = value instanceof Error ? value.stack : value;
    }
    return `${JSON.stringify({ ...entry, ...extra })}\n`;
  } catch (error) {
    // A cycle or a BigInt in a field costs the fields, never the request that logs them.
    return `${JSON.stringify({ ...entry, log_error: `fields left out: ${error?.name}` })}\n`;
  }
}

function traceIdentity(traceparent) {
  const parts = typeof traceparent === 'string' ? traceparent.split('-') : [];
  if (parts.length < 4 || parts[1].length !== 32 || parts[2].length !== 16) return {};
  return { trace_id: parts[1], span_id: parts[2] };
}

function eventIdentity(eventId, traceparent) {
  return { event_id: eventId, ...traceIdentity(traceparent) };
}

// The functions hold what they need, so that a handler may take them apart.
function createLogger(identity) {
  const write = (level, message, fields) => {
    process.stdout.write(formatLine(level, message, identity, fields));
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

function logInfo(message, fields) {
  process.stdout.write(formatLine('info', message, {}, fields));
}

function logWarning(message, fields) {
  process.stderr.write(formatLine('warn', message, {}, fields));
}

function logError(message, fields) {
  process.stderr.write(formatLine('error', message, {}, fields));
}

module.exports = { createLogger, describeError, eventIdentity, logError, logInfo, logWarning };
