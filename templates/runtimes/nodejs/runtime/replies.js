'use strict';
// Owns turning what the handler returned into an answer: a CloudEvent reply, or a plain value.

const { createHash } = require('node:crypto');

const { encodeAttribute, isAttributeName } = require('./attributes.js');
const { SPEC_VERSION } = require('./events.js');
const { charset, dataForm } = require('./media-types.js');

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const BYTES_TYPE = 'application/octet-stream';
const NOT_IN_CE_HEADERS = new Set(['data', 'data_base64', 'datacontenttype']);
const TEXT_ATTRIBUTES = new Set(['id', 'source', 'type', 'subject', 'time', 'dataschema']);
const HEADER_VALUE = /^[\x20-\x7e]+$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const UTF8_CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii']);

const NO_CONTENT = Object.freeze({ status: 204, headers: [], body: undefined });

/** The handler returned what cannot be sent; the message says what would be right. */
class InvalidReply extends Error {
  constructor(message) {
    super(message);
    this.name = 'InvalidReply';
  }
}

/** The reply would be delivered to the very function that sends it. */
class ReplyLoop extends Error {
  constructor(type) {
    super(`reply loop: a trigger of this function selects its reply of type ${type}`);
    this.name = 'ReplyLoop';
  }
}

function asBytes(value) {
  if (Buffer.isBuffer(value)) return value;
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return value instanceof ArrayBuffer ? Buffer.from(value) : undefined;
}

function toJson(value) {
  let text;
  try {
    // JSON.stringify would make null of a number that is not finite.
    text = typeof value === 'number' && !Number.isFinite(value) ? undefined : JSON.stringify(value);
  } catch (error) {
    const [reason] = String(error?.message).split('\n');
    throw new InvalidReply(`the value cannot be written as JSON: ${reason}`);
  }
  if (text === undefined) {
    throw new InvalidReply(
      `this ${typeof value} cannot be written as JSON; return an object, a string or bytes`,
    );
  }
  return text;
}

function encodeText(text, contentType) {
  if (dataForm(contentType) === 'json') return toJson(text);
  if (!UTF8_CHARSETS.has(charset(contentType))) {
    throw new InvalidReply(
      'text is sent as utf-8: change the charset of datacontenttype, or give the data as bytes',
    );
  }
  return text;
}

function encodeData(data, contentType) {
  const bytes = typeof data === 'object' ? asBytes(data) : undefined;
  if (bytes !== undefined) return { contentType: contentType ?? BYTES_TYPE, body: bytes };
  if (typeof data === 'string') {
    const type = contentType ?? TEXT_TYPE;
    return { contentType: type, body: encodeText(data, type) };
  }
  if (contentType !== undefined && dataForm(contentType) !== 'json') {
    throw new InvalidReply('data that is neither text nor bytes needs a datacontenttype of JSON');
  }
  return { contentType: contentType ?? JSON_TYPE, body: toJson(data) };
}

function attributeText(name, value) {
  if (typeof value === 'string') return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (TEXT_ATTRIBUTES.has(name)) throw new InvalidReply(`the attribute ${name} must be a string`);
  if (typeof value === 'boolean' || Number.isInteger(value)) return String(value);
  throw new InvalidReply(`the attribute ${name} must be a string, an integer or a boolean`);
}

// The same event delivered again must yield the same reply id, so that receivers can drop the copy.
function replyId(incoming, type) {
  const identity = JSON.stringify([incoming.source, incoming.id, type]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

/** The reply belongs to the trace of its event, unless it names one of its own. */
function continueTrace(attributes, { traceparent, tracestate }) {
  if (attributes.traceparent !== undefined || !TRACEPARENT.test(traceparent)) return;
  attributes.traceparent = traceparent;
  if (tracestate) attributes.tracestate ??= tracestate;
}

function replyAttributes(reply, incoming, configuration) {
  if (reply.specversion !== SPEC_VERSION) {
    throw new InvalidReply(`specversion must be "${SPEC_VERSION}"`);
  }
  if (typeof reply.type !== 'string' || reply.type === '') {
    throw new InvalidReply('type is missing: a CloudEvent reply needs a non-empty string');
  }
  const attributes = {};
  for (const name of Object.keys(reply)) {
    if (NOT_IN_CE_HEADERS.has(name) || reply[name] === undefined || reply[name] === null) continue;
    if (!isAttributeName(name)) {
      throw new InvalidReply(
        `the attribute name "${name}" is not allowed: use lower-case letters and digits`,
      );
    }
    attributes[name] = attributeText(name, reply[name]);
  }
  attributes.id ||= replyId(incoming, reply.type);
  attributes.source ||= configuration.source;
  attributes.subject ??= configuration.parserId;
  attributes.time ||= new Date().toISOString();
  continueTrace(attributes, incoming.context);
  return attributes;
}

function contentTypeOf(reply) {
  const contentType = reply.datacontenttype ?? undefined;
  if (contentType === undefined) return undefined;
  if (typeof contentType === 'string' && HEADER_VALUE.test(contentType)) return contentType;
  throw new InvalidReply('datacontenttype must be a media type such as application/json');
}

function dataOf(reply) {
  const { data, data_base64: base64 } = reply;
  if (data !== undefined && data !== null) return data;
  if (base64 === undefined || base64 === null) return undefined;
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  throw new InvalidReply('data_base64 must be a base64 string; bytes are given as data');
}

function encodeCloudEvent(reply, incoming, configuration) {
  const attributes = replyAttributes(reply, incoming, configuration);
  const selects = (filter) => filter.every(([name, value]) => attributes[name] === value);
  if (configuration.triggers.some(selects)) throw new ReplyLoop(attributes.type);

  const headers = [];
  for (const name of Object.keys(attributes)) {
    headers.push(`ce-${name}`, encodeAttribute(attributes[name]));
  }
  const contentType = contentTypeOf(reply);
  const data = dataOf(reply);
  if (data === undefined) {
    if (contentType !== undefined) headers.push('Content-Type', contentType);
    return { status: 200, headers, body: '' };
  }
  const encoded = encodeData(data, contentType);
  headers.push('Content-Type', encoded.contentType);
  return { status: 200, headers, body: encoded.body };
}

/**
 * An answer (status, flat header list, body) of the value; throws InvalidReply or ReplyLoop.
 * incoming: the id and source of the event that the value answers, and its context.
 */
function encodeReply(value, incoming, configuration) {
  if (value === undefined || value === null) return NO_CONTENT;
  if (value.specversion !== undefined) return encodeCloudEvent(value, incoming, configuration);
  const { contentType, body } = encodeData(value, undefined);
  return { status: 200, headers: ['Content-Type', contentType], body };
}

module.exports = { InvalidReply, ReplyLoop, encodeReply };
