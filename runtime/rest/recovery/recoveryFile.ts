/** A recovery as one file: what is exported, and checked in full where it is opened, because it may come from anywhere. */
import * as v from 'valibot';
import { userError, type ErrorData } from '../../base/errors';
import type {
  Alternative,
  AlternativePart,
  ChosenCheckpoint,
  FailureCause,
  RecoveryEvent,
  Scope,
  Step,
  TaskName,
  Verdict,
} from '../../base/events';
import type { JobId, OperatorId, TaskManagerId, VertexId } from '../../base/ids';
import type { RecordedRecovery } from './recordedRecovery';

const format = 'job-state-recovery';
const version = 1;

const text = v.pipe(v.string(), v.maxLength(100_000));
const branded = <T extends string>(): v.GenericSchema<unknown, T> =>
  v.custom<T>((input) => typeof input === 'string' && input.length <= 1_000, 'is not an id');
const brandedNumber = <T extends number>(): v.GenericSchema<unknown, T> =>
  v.custom<T>((input) => Number.isSafeInteger(input), 'is not a whole number');
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite());

const taskNameSchema: v.GenericSchema<unknown, TaskName> = v.object({
  vertex: branded<VertexId>(),
  subtask: whole,
  parallelism: whole,
  name: text,
});

const errorSchema = v.custom<ErrorData>(
  (input) => v.is(v.object({ code: text, message: text, advice: text, subject: v.looseObject({}) }), input),
  'is not an error',
);

const causeSchema: v.GenericSchema<unknown, FailureCause> = v.variant('k', [
  v.object({ k: v.literal('start') }),
  v.object({
    k: v.literal('task'),
    task: taskNameSchema,
    taskManager: branded<TaskManagerId>(),
    error: errorSchema,
    injected: v.boolean(),
  }),
  v.object({
    k: v.literal('taskManager'),
    taskManager: branded<TaskManagerId>(),
    how: v.picklist(['killed', 'lost', 'ended']),
    exit: text,
    injected: v.boolean(),
  }),
  v.object({ k: v.literal('job'), error: errorSchema }),
]);

const checkpointSchema: v.GenericSchema<unknown, ChosenCheckpoint> = v.object({
  id: brandedNumber<ChosenCheckpoint['id']>(),
  path: text,
  savepoint: v.boolean(),
  finished: v.exactOptional(
    v.array(v.object({ vertex: branded<VertexId>(), subtasks: v.union([v.literal('all'), v.array(whole)]) })),
  ),
});

const partSchema: v.GenericSchema<unknown, AlternativePart> = v.object({
  handle: branded<AlternativePart['handle']>(),
  from: v.picklist(['local', 'remote']),
  sizeBytes: amount,
  location: text,
});
const alternativeSchema: v.GenericSchema<unknown, Alternative> = v.object({ parts: v.array(partSchema) });
const stateSchema = v.picklist(['keyed', 'operator']);

const stepSchema: v.GenericSchema<unknown, Step> = v.variant('k', [
  v.object({ k: v.literal('failureSeen'), cause: causeSchema }),
  v.object({ k: v.literal('regionChosen'), tasks: v.array(taskNameSchema) }),
  v.object({ k: v.literal('tasksCancelled'), tasks: v.array(taskNameSchema) }),
  v.object({
    k: v.literal('restartDelay'),
    delayMs: amount,
    restart: whole,
    of: v.union([whole, v.literal('unlimited')]),
    why: text,
  }),
  v.pipe(
    v.object({ k: v.literal('checkpointChosen'), checkpoint: v.optional(checkpointSchema), why: text }),
    v.transform(({ k, checkpoint, why }) => ({ k, checkpoint, why })),
  ),
  v.object({
    k: v.literal('slotAssigned'),
    task: taskNameSchema,
    taskManager: branded<TaskManagerId>(),
    same: v.boolean(),
    why: text,
  }),
  v.object({ k: v.literal('deployed'), tasks: v.array(taskNameSchema) }),
  v.object({ k: v.literal('recovered') }),
  v.object({ k: v.literal('operatorContext') }),
  v.object({ k: v.literal('stateLookup'), state: stateSchema, alternatives: v.array(alternativeSchema), why: text }),
  v.object({ k: v.literal('attempt'), state: stateSchema, index: whole, of: whole, alternative: alternativeSchema }),
  v.object({ k: v.literal('readHandle'), state: stateSchema, part: partSchema }),
  v.object({ k: v.literal('timers') }),
  v.object({ k: v.literal('gatesOpened') }),
  v.object({ k: v.literal('taskRunning') }),
  v.object({ k: v.literal('firstRecord') }),
]);

const scopeSchema: v.GenericSchema<unknown, Scope> = v.variant('at', [
  v.object({ job: branded<JobId>(), recovery: whole, at: v.literal('jobmanager') }),
  v.object({
    job: branded<JobId>(),
    recovery: whole,
    at: v.literal('task'),
    vertex: branded<VertexId>(),
    subtask: whole,
    attempt: whole,
    taskManager: branded<TaskManagerId>(),
    operator: v.exactOptional(branded<OperatorId>()),
  }),
]);

const verdictSchema: v.GenericSchema<unknown, Verdict> = v.variant('v', [
  v.object({
    v: v.literal('ok'),
    note: v.exactOptional(text),
    sizeBytes: v.exactOptional(amount),
    entries: v.exactOptional(amount),
  }),
  v.object({ v: v.literal('failed'), error: errorSchema }),
  v.object({ v: v.literal('skipped'), why: text }),
]);

const eventSchema: v.GenericSchema<unknown, RecoveryEvent> = v.object({
  seq: brandedNumber<RecoveryEvent['seq']>(),
  run: branded<RecoveryEvent['run']>(),
  atMs: amount,
  evidence: v.picklist(['live', 'jvm', 'log', 'rest']),
  scope: scopeSchema,
  step: stepSchema,
  stepId: text,
  phase: v.picklist(['begin', 'end']),
  hold: v.exactOptional(branded<NonNullable<RecoveryEvent['hold']>>()),
  verdict: v.exactOptional(verdictSchema),
  tookMs: v.exactOptional(amount),
});

/** A recovery with the names that its events need; fields that are not known are left out. */
export const recordedRecoverySchema: v.GenericSchema<unknown, RecordedRecovery> = v.object({
  job: v.object({ id: branded<JobId>(), name: text }),
  operators: v.array(
    v.object({
      id: branded<OperatorId>(),
      uid: v.exactOptional(text),
      name: text,
      vertex: branded<VertexId>(),
      parallelism: whole,
    }),
  ),
  tasks: v.array(v.object({ vertex: branded<VertexId>(), vertexName: text, subtask: whole, parallelism: whole })),
  details: v.object({
    recovery: whole,
    cause: causeSchema,
    startMs: amount,
    endMs: v.exactOptional(amount),
    checkpoint: v.exactOptional(checkpointSchema),
    status: v.picklist(['running', 'held', 'done', 'given up']),
    local: whole,
    remote: whole,
    fellBack: whole,
    localBytes: amount,
    remoteBytes: amount,
    tookMs: v.exactOptional(amount),
    events: v.array(eventSchema),
  }),
});

const fileSchema = v.object({
  format: v.literal(format),
  version: v.literal(version),
  exportedMs: amount,
  recovery: recordedRecoverySchema,
});

/** The text of the file, version 1: `{ format, version, exportedMs, recovery }`. */
export function recoveryFileText(recovery: RecordedRecovery, exportedMs: number): string {
  return `${JSON.stringify({ format, version, exportedMs, recovery }, undefined, 1)}\n`;
}

/** `flights-recovery-1.json`; characters that a file's name may not have are left out. */
export function recoveryFileName({ job, details }: RecordedRecovery): string {
  return `${job.name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}-recovery-${details.recovery}.json`;
}

/** Reads such a text; rejects with `recovery-file.invalid`, which names the file and the first field that is wrong. */
export function parseRecoveryFile(fileText: string, file: string): RecordedRecovery {
  const json = parsed(fileText, file);
  const result = v.safeParse(fileSchema, json);
  if (result.success) return result.output.recovery;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? '';
  if (field === 'version')
    throw invalid(file, 'it was exported by another version of the extension', 'Open it with that version.');
  throw invalid(
    file,
    field === '' || field === 'format' ? 'it is no exported recovery' : `${field}: ${issue.message}`,
    'Choose a file that was written by Export.',
  );
}

function parsed(fileText: string, file: string): unknown {
  try {
    return JSON.parse(fileText);
  } catch (error) {
    throw invalid(file, `it is not JSON (${error instanceof Error ? error.message : ''})`, 'Choose another file.');
  }
}

const invalid = (file: string, why: string, advice: string): Error =>
  userError('recovery-file.invalid', `${file} cannot be opened: ${why}.`, advice);
