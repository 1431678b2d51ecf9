import type { Committable, JsonValue, SinkConnection } from '../../api/connector';
import { ListStateDescriptor, type ListState } from '../../api/state';
import { Types } from '../../api/types';
import type { CheckpointId } from '../../base/ids';
import { JobStateError } from '../../base/errors';
import type { RowBatch } from '../../wire/batch';
import type { SnapshotTarget } from '../../wire/messages';
import { StreamOperator, type OperatorState } from './streamOperator';
import { connectorFailure, type OperatorPlace } from './userFailure';

/** List state of a two-phase sink: what is prepared and not known to be committed, one element per checkpoint. */
const committablesStateName = 'writer_raw_states';

interface Prepared {
  readonly checkpoint: number;
  readonly committables: readonly Committable[];
}

/**
 * The end of a chain that writes, exactly once (api/connector.ts has the protocol): prepared at the barrier, committed when the checkpoint
 * is complete, committed again after a restore; what was prepared for a checkpoint that failed is committed with the next one.
 */
export class SinkOperator extends StreamOperator {
  private prepared: readonly Prepared[] = [];
  private list: ListState<JsonValue> | undefined;
  /** Preparations and commits one after the other. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    place: OperatorPlace,
    private readonly sink: SinkConnection<unknown>,
  ) {
    super(place);
  }

  override async open(state: OperatorState): Promise<void> {
    await super.open(state);
    this.list = state.operator?.stateStore.getListState(
      new ListStateDescriptor(committablesStateName, Types.JSON<JsonValue>()),
    );
    const restored = (this.list?.get() ?? []).map(preparedOf);
    for (const { committables } of restored) await this.sink.committer.commit(committables);
    await this.sink.committer.abandonNewer(state.restored);
    this.list?.update([]);
  }

  override processBatch(batch: RowBatch): undefined {
    try {
      this.sink.writer.write(batch.rows);
    } catch (thrown) {
      throw connectorFailure(this.place, thrown, 'writing');
    }
  }

  override get isFull(): boolean {
    return this.sink.writer.isFull();
  }

  onAvailable(available: () => void): void {
    this.sink.writer.onAvailable(available);
  }

  protected override prepareSnapshot(target: SnapshotTarget): Promise<void> {
    // The call itself is the cut: rows written from now on belong to the next checkpoint.
    const committables = this.sink.writer.prepareCommit(target.checkpoint);
    committables.catch(() => undefined);
    return this.inOrder(async () => {
      const part = await committables;
      if (part.length > 0) this.keep([...this.prepared, { checkpoint: target.checkpoint, committables: part }]);
    });
  }

  override async checkpointComplete(checkpoint: CheckpointId, commits: boolean): Promise<void> {
    await super.checkpointComplete(checkpoint, commits);
    if (!commits) return;
    await this.inOrder(async () => {
      const due = this.prepared.filter((part) => part.checkpoint <= checkpoint);
      for (const { committables } of due) await this.sink.committer.commit(committables);
      this.keep(this.prepared.filter((part) => part.checkpoint > checkpoint));
    });
  }

  override async close(): Promise<void> {
    await this.sink.writer.close();
    await super.close();
  }

  private keep(prepared: readonly Prepared[]): void {
    this.prepared = prepared;
    this.list?.update(prepared.map(({ checkpoint, committables }) => ({ checkpoint, committables })));
  }

  private inOrder(run: () => Promise<void>): Promise<void> {
    const next = this.last.then(run);
    this.last = next.catch(() => undefined);
    return next;
  }
}

/** What an earlier run of ours wrote; anything else is another program's state under this operator's id. */
function preparedOf(value: JsonValue): Prepared {
  if (typeof value === 'object' && value !== null && 'checkpoint' in value && 'committables' in value) {
    const { checkpoint, committables } = value;
    if (typeof checkpoint === 'number' && Array.isArray(committables)) {
      return { checkpoint, committables: committables as readonly Committable[] };
    }
  }
  throw new JobStateError(
    'state.incompatible',
    `The state ${committablesStateName} does not hold parts of this sink.`,
    {
      domain: 'user',
      advice: 'Start without this savepoint, or give the sink another uid.',
    },
  );
}
