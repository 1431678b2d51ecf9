/** Stands in for VS Code's native logger, which would need a compiler. Output channels are files that are written through it. */
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

class Logger {
  constructor(file) {
    mkdirSync(dirname(file), { recursive: true });
    this.file = file;
    this.level = 2;
    this.plain = false;
    for (const [level, name] of levels.entries()) this[name] = (text) => this.write(level, text);
  }

  write(level, text) {
    if (level < this.level) return;
    appendFileSync(this.file, this.plain ? text : `${new Date().toISOString()} [${levels[level]}] ${text}\n`);
  }

  getLevel() {
    return this.level;
  }

  setLevel(level) {
    this.level = level;
  }

  setPattern() {}

  clearFormatters() {
    this.plain = true;
  }

  flush() {}

  drop() {}
}

const create = (_name, file) => Promise.resolve(new Logger(file));

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
