import type { BroadcastReader } from '../../api/broadcastFunctions';
import type { OnTimerContext } from '../../api/functions';
import type { OperatorSpec } from '../../api/operatorSpec';
import { JobStateError } from '../../base/errors';
import type { RowBatch } from '../../wire/batch';
import { BroadcastStates } from './broadcastState';
import type { KeyedFunctionContext, UnkeyedContext } from './functionContext';
import { UnkeyedFunctionOperator, type ElementCall } from './functionOperator';
import { KeyedFunctionOperator } from './keyedFunctionOperator';
import type { SubtaskEnvironment } from './runtimeContext';
import type { OperatorState } from './streamOperator';
import type { OperatorPlace } from './userFailure';

type Spec = Extract<OperatorSpec, { kind: 'broadcastProcess' }>;

/** What is called on both sides. The functions see contexts of these sides, which say what the operator's own context says. */
interface Sides {
  /** For the rows of the stream: input 0. */
  readonly element: ElementCall<unknown>;
  /** For the rows that are broadcast: input 1. */
  readonly broadcastElement: ElementCall<unknown>;
  /** For timers. */
  readonly reading: OnTimerContext<unknown> & BroadcastReader;
}

function sidesOf(
  state: OperatorState,
  { process, states }: Spec,
  context: UnkeyedContext | KeyedFunctionContext,
): Sides {
  if (state.operator === undefined) {
    throw new JobStateError('internal.no-operator-state', 'No place for broadcast state.');
  }
  const broadcast = new BroadcastStates(state.operator.stateStore, states);
  const reading = broadcast.readOnly(context);
  const writing = broadcast.writable(context);
  return {
    element: { method: 'processElement', call: (value, _, out) => process.processElement(value, reading, out) },
    broadcastElement: {
      method: 'processBroadcastElement',
      call: (value, _, out) => process.processBroadcastElement(value, writing, out),
    },
    reading,
  };
}

function opened(sides: Sides | undefined): Sides {
  if (sides !== undefined) return sides;
  throw new JobStateError('internal.not-open', 'A broadcast operator was not opened.');
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
    const { element, broadcastElement } = opened(this.sides);
    return this.processRows(batch, this.context, input === 0 ? element : broadcastElement);
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
    const { element, broadcastElement } = opened(this.sides);
    if (input === 0) return this.processKeyedRows(batch, element);
    const { backend, context } = this.keyed;
    // Every subtask must do the same for a broadcast row, so that none has a key.
    backend.clearCurrentKey();
    return this.processRows(batch, context, broadcastElement);
  }

  protected override onTimer(timestampMs: number): void {
    this.spec.process.onTimer?.(timestampMs, opened(this.sides).reading, this.collector);
  }
}
