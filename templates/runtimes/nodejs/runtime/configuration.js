'use strict';
// Owns what the wrapper is told: function.json from the builder, and the environment: how it is
// served (FUNCTION_SETTINGS, which wins), PORT and HOST.

const fs = require('node:fs');

const { StartupFailure } = require('./startup-failure.js');

const DEFAULT_PORT = 8080;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const UNTOLD = { build_id: 'unknown', timeout_seconds: 300, triggers: [] };

function parseSettings(settings) {
  try {
    return JSON.parse(settings || '{}');
  } catch (error) {
    throw new StartupFailure('FUNCTION_SETTINGS is not valid JSON', error);
  }
}

function parseDocument(file) {
  let text;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartupFailure(`${file} (written by the builder) cannot be read`, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StartupFailure(`${file} (written by the builder) is not valid JSON`, error);
  }
}

function text(document, name, file) {
  const value = document?.[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new StartupFailure(`${file}: "${name}" must be a non-empty string`);
}

function timeout(document, file) {
  const milliseconds = document.timeout_seconds * 1000;
  if (milliseconds > 0 && milliseconds <= LONGEST_TIMER_MS) return milliseconds;
  throw new StartupFailure(
    `${file}: "timeout_seconds" must be a number above 0 and at most ${LONGEST_TIMER_MS / 1000}`,
  );
}

function triggers(document, file) {
  const filters = document.triggers ?? [];
  const valid = Array.isArray(filters) && filters.every((f) => f && typeof f === 'object');
  if (!valid) {
    throw new StartupFailure(`${file}: "triggers" must be a list of attribute filters (objects)`);
  }
  return filters.map((filter) => Object.entries(filter));
}

/** The function as function.json and FUNCTION_SETTINGS describe it; triggers are lists of [attribute, value]. */
function readConfiguration(file, environment) {
  const told = parseSettings(environment.FUNCTION_SETTINGS);
  const document = { ...UNTOLD, ...parseDocument(file), ...told };
  return Object.freeze({
    thirdPartyId: text(document, 'third_party_id', file),
    parserId: text(document, 'parser_id', file),
    buildId: text(document, 'build_id', file),
    handler: text(document, 'handler', file),
    source: text(document, 'source', file),
    timeoutMs: timeout(document, file),
    triggers: triggers(document, file),
  });
}

function readAddress(environment) {
  const port = Number(environment.PORT || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new StartupFailure(`PORT is "${environment.PORT}"; it must be a number from 0 to 65535`);
  }
  return { host: environment.HOST || '0.0.0.0', port };
}

module.exports = { readAddress, readConfiguration };
