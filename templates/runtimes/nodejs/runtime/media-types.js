'use strict';
// Owns reading media types: which of JSON, text and bytes a content type stands for.

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

function mediaType(contentType) {
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** 'json', 'text' or 'bytes'. */
function dataForm(contentType) {
  if (contentType === 'application/json') return 'json';
  const type = mediaType(contentType);
  if (type.endsWith('/json') || type.endsWith('+json')) return 'json';
  return type.startsWith('text/') ? 'text' : 'bytes';
}

function charset(contentType) {
  return CHARSET.exec(contentType)?.[1].toLowerCase() ?? 'utf-8';
}

module.exports = { charset, dataForm, mediaType };
