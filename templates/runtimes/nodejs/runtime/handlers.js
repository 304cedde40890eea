'use strict';
// Owns finding the tenant's handler: from "module/path.name" to a function to call.

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const { StartupFailure } = require('./startup-failure.js');

const EXTENSIONS = ['.js', '.mjs', '.cjs'];
const LISTED_MODULES = 20;
const NOT_THE_TENANTS = new Set(['default', 'module.exports', '__esModule']);

function splitHandler(handler) {
  const dot = handler.lastIndexOf('.');
  const module = handler.slice(0, dot);
  const name = handler.slice(dot + 1);
  const segments = module.split('/');
  const insideFunction = segments.every((part) => !['', '.', '..'].includes(part));
  const wellFormed = dot > 0 && name !== '' && insideFunction;
  if (!wellFormed) {
    throw new StartupFailure(
      `the handler "${handler}" is not of the form "module/path.name", a path below function/ ` +
        'without extension and the name it exports, such as "index.handler"',
    );
  }
  return { module, name };
}

function findModule(appDirectory, module) {
  for (const extension of EXTENSIONS) {
    const file = `function/${module}${extension}`;
    const stat = fs.statSync(path.join(appDirectory, file), { throwIfNoEntry: false });
    if (stat?.isFile()) return file;
  }
  const missing = EXTENSIONS.map((extension) => `function/${module}${extension}`).join(', ');
  const found = listModules(path.join(appDirectory, 'function'), '');
  throw new StartupFailure(
    `none of ${missing} exists; function/ holds: ${summarize(found)}. ` +
      'Set the handler to "module/path.name" of a file below function/, or add the file.',
  );
}

/** Paths below the folder of what could be a module of the tenant's own. */
function listModules(folder, prefix) {
  const entries = fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : [];
  return entries.flatMap((entry) => {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory() && entry.name !== 'node_modules') {
      return listModules(path.join(folder, entry.name), `${name}/`);
    }
    return EXTENSIONS.includes(path.extname(name)) ? [name] : [];
  });
}

function summarize(modules) {
  if (modules.length === 0) return 'no JavaScript file';
  const shown = modules.slice(0, LISTED_MODULES).join(', ');
  const rest = modules.length - LISTED_MODULES;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

async function importModule(appDirectory, file) {
  try {
    return await import(pathToFileURL(path.join(appDirectory, file)));
  } catch (error) {
    const absent = error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND';
    const remedy = absent
      ? 'Add the package to "dependencies" in function/package.json, or mend the path.'
      : 'Mend the error; the module must load without throwing.';
    // Only the first line: those below it name the wrapper's files, and the log line has the stack.
    const [reason] = String(error?.message ?? error).split('\n');
    throw new StartupFailure(`${file} cannot be loaded: ${reason}. ${remedy}`, error);
  }
}

function exportedValues(namespace) {
  const values = new Map();
  // CommonJS names that the loader cannot see in the source are only found on the default export.
  for (const holder of [namespace.default, namespace]) {
    if (holder === null || !['object', 'function'].includes(typeof holder)) continue;
    for (const name of Object.keys(holder)) {
      if (holder[name] !== undefined) values.set(name, holder[name]);
    }
  }
  return values;
}

function missingExport(file, module, name, values) {
  const offered = [...values.keys()].filter((key) => !NOT_THE_TENANTS.has(key));
  const callable = offered.find((key) => typeof values.get(key) === 'function');
  const found = values.has(name)
    ? `${file} exports '${name}', but it is of type ${typeof values.get(name)}, not a function`
    : `${file} exports no '${name}'`;
  const others = offered.length === 0 ? 'nothing by name' : offered.join(', ');
  const remedy =
    callable === undefined
      ? `Export a function ${name}.`
      : `Set the handler to ${module}.${callable} or export ${name}.`;
  return new StartupFailure(`${found}; it exports: ${others}. ${remedy}`);
}

/** The tenant's function; StartupFailure says what was looked for and what there is instead. */
async function loadHandler(appDirectory, handler) {
  const { module, name } = splitHandler(handler);
  const file = findModule(appDirectory, module);
  const namespace = await importModule(appDirectory, file);
  const values = exportedValues(namespace);
  const value = values.get(name);
  if (typeof value === 'function') return value;
  throw missingExport(file, module, name, values);
}

module.exports = { loadHandler };
