/**
 * Errors that a person can act on (docs/architecture.md, "Errors"): a stable code, whose fault it is, whether trying again helps,
 * what it is about and what to do. One place (`errorText`) turns them into user text.
 */

/** user: the job or an input is wrong · external: disk, network, another program · internal: our own fault. */
export type ErrorDomain = 'user' | 'external' | 'internal';
export type Retry = 'never' | 'backoff';

/** What an error is about; every field that is known helps the reader to find the place. */
export interface ErrorSubject {
  readonly job?: string;
  /** uid, or the generated id where the operator has none. */
  readonly operator?: string;
  readonly subtask?: number;
  readonly file?: string;
  /** Byte offset, or line number for text input. */
  readonly position?: number;
  readonly field?: string;
}

export interface ErrorData {
  /** Stable, dotted, lower case: `checkpoint.directory-full`. */
  readonly code: string;
  readonly message: string;
  readonly domain: ErrorDomain;
  readonly retry: Retry;
  readonly subject: ErrorSubject;
  /** One sentence: what to do next. */
  readonly advice: string;
  readonly stack?: string;
  readonly cause?: ErrorData;
}

export interface ErrorOptions {
  readonly domain?: ErrorDomain;
  readonly retry?: Retry;
  readonly subject?: ErrorSubject;
  readonly advice?: string;
  readonly cause?: unknown;
}

/** The one error class of the project. `domain` defaults to internal, `retry` to never. */
export class JobStateError extends Error {
  readonly code: string;
  readonly domain: ErrorDomain;
  readonly retry: Retry;
  readonly subject: ErrorSubject;
  readonly advice: string;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'JobStateError';
    this.code = code;
    this.domain = options.domain ?? 'internal';
    this.retry = options.retry ?? 'never';
    this.subject = options.subject ?? {};
    this.advice = options.advice ?? '';
  }
}

/** An error of the job's author or of an input. */
export function userError(
  code: string,
  message: string,
  advice: string,
  options: Omit<ErrorOptions, 'domain' | 'advice'> = {},
): JobStateError {
  return new JobStateError(code, message, { ...options, domain: 'user', advice });
}

/** An error of the disk, the network or another program; trying again may help. */
export function externalError(
  code: string,
  message: string,
  advice: string,
  options: Omit<ErrorOptions, 'domain' | 'advice'> = {},
): JobStateError {
  return new JobStateError(code, message, { retry: 'backoff', ...options, domain: 'external', advice });
}

/** Anything thrown, as data that can cross a process border. Never throws itself. */
export function errorData(thrown: unknown): ErrorData {
  if (thrown instanceof JobStateError) {
    return {
      code: thrown.code,
      message: thrown.message,
      domain: thrown.domain,
      retry: thrown.retry,
      subject: thrown.subject,
      advice: thrown.advice,
      ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
      ...(thrown.cause === undefined ? {} : { cause: errorData(thrown.cause) }),
    };
  }
  if (thrown instanceof Error) {
    return {
      code: 'unexpected',
      message: thrown.message,
      domain: 'internal',
      retry: 'never',
      subject: {},
      advice: '',
      ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
      ...(thrown.cause === undefined ? {} : { cause: errorData(thrown.cause) }),
    };
  }
  return { code: 'unexpected', message: String(thrown), domain: 'internal', retry: 'never', subject: {}, advice: '' };
}

/** The error again, after {@link errorData}; keeps the stack of the place where it happened. */
export function errorFromData(data: ErrorData): JobStateError {
  const error = new JobStateError(data.code, data.message, {
    domain: data.domain,
    retry: data.retry,
    subject: data.subject,
    advice: data.advice,
    ...(data.cause === undefined ? {} : { cause: errorFromData(data.cause) }),
  });
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

/** The text with a stop at its end, so that another sentence can follow. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** One or two sentences for a person: what happened, where, and what to do. */
export function errorText(data: ErrorData): string {
  const where = [
    data.subject.operator === undefined ? '' : `operator ${data.subject.operator}`,
    data.subject.subtask === undefined ? '' : `subtask ${data.subject.subtask + 1}`,
    data.subject.file === undefined
      ? ''
      : `${data.subject.file}${data.subject.position === undefined ? '' : `:${data.subject.position}`}`,
  ].filter((part) => part !== '' && !data.message.includes(part));
  const [, said = '', stop = ''] = /^(.*?)([.!?…]?)$/s.exec(data.message.trimEnd()) ?? [];
  const place = where.length === 0 ? '' : ` (${where.join(', ')})`;
  const what = `${said}${place}${stop}`;
  return data.advice === '' ? what : `${sentence(what)} ${data.advice}`;
}

/** For the end of an exhaustive switch: the compiler proves that it is not reached. */
export function unreachable(value: never): never {
  throw new JobStateError('internal.unreachable', `Unexpected value ${JSON.stringify(value)}`);
}
