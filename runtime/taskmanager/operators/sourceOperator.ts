import type { JsonValue, PollResult, SourceReader, SplitState } from '../../api/connector';
import type { OperatorSpec } from '../../api/operatorSpec';
import { ListStateDescriptor, type ListState } from '../../api/state';
import { Types } from '../../api/types';
import type { Clock } from '../../base/env';
import { JobStateError } from '../../base/errors';
import { RowBatch } from '../../wire/batch';
import type { ChainElement } from '../chainElement';
import { SourceWatermarks } from './sourceWatermarks';
import { StreamOperator, type OperatorState } from './streamOperator';
import { connectorFailure, type OperatorPlace } from './userFailure';

/** List state of a source: one element per split that is not read to its end; Flink's name for the state of a source reader. */
const sourceReaderStateName = 'SourceReaderState';

type SourceRead = 'rows' | 'nothing' | 'exhausted';

/** The head of a chain that reads: it is polled, not given batches. */
export class SourceOperator extends StreamOperator {
  private splits: ListState<JsonValue> | undefined;
  private readonly watermarks: SourceWatermarks;
  private reading = true;
  private exhausted = false;
  /** Behind the savepoint of a stop. */
  private stopped = false;

  constructor(
    place: OperatorPlace,
    spec: Extract<OperatorSpec, { kind: 'source' }>,
    private readonly reader: SourceReader<unknown>,
    private readonly clock: Clock,
  ) {
    super(place);
    this.watermarks = new SourceWatermarks(place, spec.watermarks, clock.monoMs());
  }

  override async open(state: OperatorState): Promise<void> {
    await super.open(state);
    this.splits = state.operator?.stateStore.getListState(
      new ListStateDescriptor(sourceReaderStateName, Types.JSON<JsonValue>()),
    );
    const restored = state.hasOperatorState ? (this.splits?.get() ?? []).map(splitOf) : undefined;
    await this.reader.start(restored);
  }

  override processBatch(): RowBatch | undefined {
    return undefined;
  }

  /** Reads at most one batch and hands it to `emit` with the events around it. */
  read(maxRows: number, emit: (element: ChainElement) => void): SourceRead {
    const nowMs = this.clock.monoMs();
    if (!this.reading || this.stopped) return this.exhausted ? 'exhausted' : 'nothing';
    const polled = this.poll(maxRows);
    switch (polled.t) {
      case 'rows': {
        const { rows } = polled;
        for (const element of this.watermarks.beforeRows(nowMs)) emit(element);
        emit({
          k: 'batch',
          batch: new RowBatch(rows.length, rows, this.watermarks.assign(rows), undefined, undefined),
        });
        for (const element of this.watermarks.periodic(nowMs)) emit(element);
        return 'rows';
      }
      case 'nothing':
        for (const element of this.watermarks.periodic(nowMs)) emit(element);
        return 'nothing';
      case 'exhausted':
        this.reading = false;
        this.exhausted = true;
        for (const element of this.watermarks.exhausted()) emit(element);
        return 'exhausted';
    }
  }

  private poll(maxRows: number): PollResult<unknown> {
    try {
      return this.reader.poll(maxRows);
    } catch (thrown) {
      throw connectorFailure(this.place, thrown, 'reading');
    }
  }

  onAvailable(available: () => void): void {
    this.reader.onAvailable(available);
  }

  /** In how many ms to `read` again although no rows came: for watermarks and idleness. */
  waitMs(): number | undefined {
    return this.reading && !this.stopped ? this.watermarks.waitMs(this.clock.monoMs()) : undefined;
  }

  /** No row after the snapshot of a stop. */
  stopReading(): void {
    this.stopped = true;
  }

  /** There was no snapshot: the job goes on. */
  continueReading(): void {
    this.stopped = false;
  }

  /** The last watermark and the end of the data. */
  endInput(emit: (element: ChainElement) => void): void {
    this.reading = false;
    for (const element of this.watermarks.end()) emit(element);
    emit({ k: 'end' });
  }

  protected override prepareSnapshot(): undefined {
    this.splits?.update(this.reader.snapshot().map(({ split, position }) => ({ split, position })));
  }

  override async close(): Promise<void> {
    await this.reader.close();
    await super.close();
  }
}

/** What an earlier run of ours wrote; anything else is another program's state under this operator's id. */
function splitOf(value: JsonValue): SplitState {
  if (typeof value === 'object' && value !== null && 'split' in value && 'position' in value) {
    const { split, position } = value;
    if (typeof split === 'string') return { split, position };
  }
  throw new JobStateError(
    'state.incompatible',
    `The state ${sourceReaderStateName} does not hold splits of this source.`,
    {
      domain: 'user',
      advice: 'Start without this savepoint, or give the source another uid.',
    },
  );
}
