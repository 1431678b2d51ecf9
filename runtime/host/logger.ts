import type { Logger } from '../base/env';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** One line a message: time, level, who, text, fields as JSON. `write` gets the line with its end. */
export function lineLogger(who: string, least: LogLevel, write: (line: string) => void): Logger {
  const log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void => {
    if (order.indexOf(level) < order.indexOf(least)) return;
    const tail = fields === undefined ? '' : ` ${JSON.stringify(fields)}`;
    write(`${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${who}: ${message}${tail}\n`);
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
  };
}
