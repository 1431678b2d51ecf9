import type { BroadcastContext, BroadcastReader } from '../../api/broadcastFunctions';
import type { OnTimerContext } from '../../api/functions';
import type { OperatorSpec } from '../../api/operatorSpec';
import { JobStateError } from '../../base/errors';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { RowBatch } from '../../wire/batch';
import type { BatchCollector } from './batchCollector';
import { BroadcastStates } from './broadcastState';
import type { KeyedFunctionContext, UnkeyedContext } from './functionContext';
import { keyColumns, KeyedFunctionOperator, UnkeyedFunctionOperator } from './functionOperator';
import type { SubtaskEnvironment } from './runtimeContext';
import type { OperatorState } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

type Spec = Extract<OperatorSpec, { kind: 'broadcastProcess' }>;

interface Sides {
  readonly reading: OnTimerContext<unknown> & BroadcastReader;
  readonly writing: BroadcastContext;
}

function sidesOf({ operator }: OperatorState, { states }: Spec, context: UnkeyedContext | KeyedFunctionContext): Sides {
  if (operator === undefined) throw new JobStateError('internal.no-operator-state', 'No place for broadcast state.');
  const broadcast = new BroadcastStates(operator.stateStore, states);
  return { reading: broadcast.readOnly(context), writing: broadcast.writable(context) };
}

/** Calls the function for each row of a batch: of the stream (input 0), with its key if it has one, or broadcast (input 1). */
function processRows(
  { place, process, collector }: { place: OperatorPlace; process: Spec['process']; collector: BatchCollector },
  { batch, input, backend }: { batch: RowBatch; input: number; backend: KeyedBackend | undefined },
  context: UnkeyedContext | KeyedFunctionContext,
  sides: Sides | undefined,
): RowBatch | undefined {
  if (sides === undefined) throw new JobStateError('internal.not-open', 'A broadcast operator was not opened.');
  const { rows, timestamps, length } = batch;
  const keyed = input === 0 && backend !== undefined ? { backend, ...keyColumns(batch) } : undefined;
  // Every subtask must do the same for a broadcast row, so that none has a key.
  if (input === 1) backend?.clearCurrentKey();
  let row = 0;
  try {
    for (; row < length; row++) {
      const timestamp = timestamps?.[row] ?? NaN;
      context.timestampMs = timestamp;
      collector.timestamp = timestamp;
      keyed?.backend.setCurrentKey(keyed.keys[row], keyed.keyGroups[row] ?? 0);
      if (input === 0) process.processElement(rows[row], sides.reading, collector);
      else process.processBroadcastElement(rows[row], sides.writing, collector);
    }
  } catch (thrown) {
    throw userFailure(place, thrown, input === 0 ? 'processElement' : 'processBroadcastElement', rows[row]);
  }
  return collector.take();
}

/** Runs a BroadcastProcessFunction. */
export class BroadcastProcessOperator extends UnkeyedFunctionOperator {
  private sides: Sides | undefined;

  constructor(
    place: OperatorPlace,
    private readonly spec: Spec,
    environment: SubtaskEnvironment,
  ) {
    super(place, spec.process, environment);
  }

  protected override prepare(state: OperatorState): void {
    this.sides = sidesOf(state, this.spec, this.context);
  }

  override processBatch(batch: RowBatch, input: number): RowBatch | undefined {
    const { place, collector, spec } = this;
    const to = { place, collector, process: spec.process };
    return processRows(to, { batch, input, backend: undefined }, this.context, this.sides);
  }
}

/** Runs a KeyedBroadcastProcessFunction: rows of the stream meet the state and timers of their key, broadcast rows have none. */
export class KeyedBroadcastProcessOperator extends KeyedFunctionOperator {
  private sides: Sides | undefined;

  constructor(
    place: OperatorPlace,
    private readonly spec: Spec,
    environment: SubtaskEnvironment,
  ) {
    super(place, spec.process, environment);
  }

  protected override prepare(state: OperatorState): void {
    super.prepare(state);
    this.sides = sidesOf(state, this.spec, this.keyed.context);
  }

  override processBatch(batch: RowBatch, input: number): RowBatch | undefined {
    const { place, collector, spec } = this;
    const { context, backend } = this.keyed;
    return processRows({ place, collector, process: spec.process }, { batch, input, backend }, context, this.sides);
  }

  protected override onTimer(timestampMs: number): void {
    if (this.sides !== undefined) this.spec.process.onTimer?.(timestampMs, this.sides.reading, this.collector);
  }
}
