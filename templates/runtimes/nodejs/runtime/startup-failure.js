'use strict';
// Owns the error that says why the function cannot start and what would let it.

class StartupFailure extends Error {
  constructor(message, cause) {
    super(message, { cause });
    this.name = 'StartupFailure';
  }
}

module.exports = { StartupFailure };
