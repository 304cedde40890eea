'use strict';
// Owns reading a request as a CloudEvent: binary mode, structured mode, or plain JSON.

const { randomUUID } = require('node:crypto');

const { decodeAttribute, isAttributeName } = require('./attributes.js');
const { charset, dataForm, mediaType } = require('./media-types.js');
const { RequestProblem } = require('./problems.js');

const SPEC_VERSION = '1.0';
const REQUIRED = ['specversion', 'id', 'source', 'type'];
const PLAIN_TYPE = 'network.notifi.lambda.request';
const PLAIN_SOURCE = 'urn:http:request';
const SHOWN_NAME_LENGTH = 40;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(body, label) {
  let decoder;
  try {
    decoder = label === 'utf-8' ? utf8 : new TextDecoder(label, { fatal: true });
  } catch {
    throw new RequestProblem(415, 'The charset of the content type is unknown; use utf-8.');
  }
  try {
    return decoder.decode(body);
  } catch {
    throw new RequestProblem(400, `The body is not valid text in ${decoder.encoding}.`);
  }
}

function parseJson(body) {
  const text = decodeText(body, 'utf-8');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    throw new RequestProblem(400, 'The body is not valid JSON.');
  }
}

function decodeData(body, contentType) {
  const form = contentType === undefined ? 'bytes' : dataForm(contentType);
  if (form === 'json') return parseJson(body);
  return form === 'text' ? decodeText(body, charset(contentType)) : body;
}

function checkName(name) {
  if (isAttributeName(name)) return;
  throw new RequestProblem(
    400,
    `The CloudEvent attribute name "${name.slice(0, SHOWN_NAME_LENGTH)}" is not allowed; ` +
      'names are lower-case letters and digits, and not "data".',
  );
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

function checkRequired(event) {
  const { specversion, id, source, type } = event;
  const complete = isText(id) && isText(source) && isText(type);
  if (complete && specversion === SPEC_VERSION) return;
  const missing = REQUIRED.filter((name) => event[name] === undefined || event[name] === '');
  if (missing.length > 0) {
    throw new RequestProblem(400, `The CloudEvent lacks: ${missing.join(', ')}.`);
  }
  const notText = REQUIRED.filter((name) => typeof event[name] !== 'string');
  if (notText.length > 0) {
    throw new RequestProblem(400, `Of the CloudEvent, ${notText.join(', ')} must be a string.`);
  }
  throw new RequestProblem(400, `The specversion of the CloudEvent must be "${SPEC_VERSION}".`);
}

function decodeHeader(name, value) {
  try {
    return decodeAttribute(value);
  } catch {
    throw new RequestProblem(
      400,
      `The header ce-${name} is percent-encoded, but not from UTF-8 text.`,
    );
  }
}

/** The ce- headers as attributes, or undefined when there is none. */
function binaryAttributes(headers) {
  let event;
  for (const header in headers) {
    if (!header.startsWith('ce-')) continue;
    const name = header.slice(3);
    checkName(name);
    event ??= { specversion: undefined, id: undefined, source: undefined, type: undefined };
    event[name] = decodeHeader(name, headers[header]);
  }
  return event;
}

function decodeBinary(event, contentType, body) {
  checkRequired(event);
  // In binary mode the Content-Type header is the attribute.
  if (contentType !== undefined) event.datacontenttype = contentType;
  if (body.length > 0) event.data = decodeData(body, contentType);
  return event;
}

function decodeBase64(text) {
  if (typeof text === 'string' && BASE64.test(text)) return Buffer.from(text, 'base64');
  throw new RequestProblem(400, 'data_base64 of the CloudEvent is not a base64 string.');
}

function decodeStructured(body) {
  const document = parseJson(body);
  if (document === null || typeof document !== 'object' || Array.isArray(document)) {
    throw new RequestProblem(400, 'The body is not a CloudEvent: it must be one JSON object.');
  }
  const { data, data_base64: base64, ...attributes } = document;
  const event = { specversion: undefined, id: undefined, source: undefined, type: undefined };
  for (const [name, value] of Object.entries(attributes)) {
    checkName(name);
    if (value === null) continue;
    if (typeof value === 'object') {
      throw new RequestProblem(
        400,
        `The attribute ${name} of the CloudEvent must be a string, a number or a boolean.`,
      );
    }
    event[name] = value;
  }
  checkRequired(event);
  if (base64 !== undefined && base64 !== null) {
    if (data !== undefined) {
      throw new RequestProblem(400, 'The CloudEvent has both data and data_base64; send one.');
    }
    event.data = decodeBase64(base64);
  } else if (data !== undefined) {
    event.data = data;
  }
  return event;
}

function decodePlain(contentType, body) {
  if (body.length === 0) {
    throw new RequestProblem(400, 'The request is empty: send a CloudEvent or a JSON body.');
  }
  if (contentType !== undefined && dataForm(contentType) !== 'json') {
    throw new RequestProblem(
      415,
      'Without ce- headers the body must be application/json or application/cloudevents+json.',
    );
  }
  return {
    specversion: SPEC_VERSION,
    id: randomUUID(),
    source: PLAIN_SOURCE,
    type: PLAIN_TYPE,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: parseJson(body),
  };
}

/** The CloudEvent that a request carries; throws RequestProblem when it carries none. */
function decodeEvent(headers, body) {
  const contentType = headers['content-type'];
  if (contentType !== undefined && contentType !== 'application/json') {
    const type = mediaType(contentType);
    if (type === 'application/cloudevents+json') return decodeStructured(body);
    if (type.startsWith('application/cloudevents-batch')) {
      throw new RequestProblem(415, 'Batches are not accepted: send single events only.');
    }
    if (type.startsWith('application/cloudevents')) {
      throw new RequestProblem(415, 'A structured event must be application/cloudevents+json.');
    }
  }
  const event = binaryAttributes(headers);
  if (event === undefined) return decodePlain(contentType, body);
  return decodeBinary(event, contentType, body);
}

module.exports = { SPEC_VERSION, decodeEvent };
