import * as vscode from 'vscode';
import { configurationSection, settings } from './ids';

const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The user's settings, checked: what has the wrong type counts as not set. */
export interface Settings {
  /** Job files to start by themselves, relative to their folder. */
  readonly autoRun: readonly string[];
  /** Absent: the job's own. */
  readonly parallelism?: number;
  readonly rowsPerSecond?: number;
  readonly logLevel: LogLevel;
}

const positive = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(configurationSection);
  const autoRun: unknown = configuration.get(settings.autoRun);
  const parallelism: unknown = configuration.get(settings.parallelism);
  const rowsPerSecond: unknown = configuration.get(settings.rowsPerSecond);
  const logLevel: unknown = configuration.get(settings.logLevel);
  return {
    autoRun: Array.isArray(autoRun) ? autoRun.filter((file) => typeof file === 'string') : [],
    ...(positive(parallelism) ? { parallelism: Math.floor(parallelism) } : {}),
    ...(positive(rowsPerSecond) ? { rowsPerSecond } : {}),
    logLevel: logLevels.find((level) => level === logLevel) ?? 'info',
  };
}
