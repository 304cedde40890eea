'use strict';
// Owns CloudEvent attributes in HTTP headers: their names and the percent-encoding of their values.

const HEADER_SAFE = /^[\x21\x23\x24\x26-\x7e]*$/;
const HEADER_UNSAFE = /[^\x21\x23\x24\x26-\x7e]+/g;
const NAME = /^[a-z0-9]+$/;
const PERCENT_RUN = /(?:%[0-9a-f]{2})+/gi;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isAttributeName(name) {
  return NAME.test(name) && name !== 'data';
}

function unquote(value) {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(.)/g, '$1');
}

function decodePercentRun(run) {
  return utf8.decode(Buffer.from(run.replaceAll('%', ''), 'hex'));
}

/**
 * One round of decoding; a percent sign that begins no escape stands for itself.
 * Throws TypeError when the escaped bytes are not UTF-8.
 */
function decodeAttribute(header) {
  const value = header.charCodeAt(0) === 0x22 ? unquote(header) : header;
  return value.includes('%') ? value.replace(PERCENT_RUN, decodePercentRun) : value;
}

function percentEncode(characters) {
  let encoded = '';
  for (const byte of Buffer.from(characters, 'utf8')) {
    encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function encodeAttribute(value) {
  return HEADER_SAFE.test(value) ? value : value.replace(HEADER_UNSAFE, percentEncode);
}

module.exports = { decodeAttribute, encodeAttribute, isAttributeName };
