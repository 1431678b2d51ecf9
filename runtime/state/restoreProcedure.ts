import type { StateKind } from '../base/events';
import { errorData, JobStateError } from '../base/errors';
import type { CloseableRegistry } from './closeableRegistry';
import type { PrioritizedState, RestoreAlternative, RestorePart } from './prioritizedState';
import type { RecoveryGate, StepResult } from './recoveryGate';
import type { StateSource } from './stateSource';

/** How a backend is made and filled; the procedure knows nothing else of it. */
export interface Restorable<B, H> {
  readonly state: StateKind;
  /** For messages: `keyed state of delay-by-airport (2/2)`. */
  readonly description: string;
  /** An empty backend. */
  create(): B;
  /** Fills it from one handle; returns the entries read. */
  restore(backend: B, handle: H, source: StateSource): Promise<number>;
}

/**
 * Tries the alternatives in their order, each as a whole, through the gate; a failed attempt disposes what it built, and its verdict
 * names the reason (Flink's `BackendRestorerProcedure`). Nothing is opened before the gate lets the step that reads it go.
 */
export class BackendRestorerProcedure<B extends { dispose(): Promise<void> }, H> {
  constructor(
    private readonly restorable: Restorable<B, H>,
    private readonly gate: RecoveryGate,
    private readonly open: CloseableRegistry,
  ) {}

  /** Fails with `state.restore-failed` after the last alternative, its cause the last failure; at once when cancelled. */
  async createAndRestore(prioritized: PrioritizedState<H>): Promise<B> {
    const { alternatives, why } = prioritized;
    const shown = alternatives.map((alternative) => alternative.shown);
    return this.gate.step({ k: 'stateLookup', state: this.restorable.state, alternatives: shown, why }, () =>
      this.tryAll(alternatives),
    );
  }

  private async tryAll(alternatives: readonly RestoreAlternative<H>[]): Promise<StepResult<B>> {
    if (alternatives.length === 0) return { result: this.restorable.create(), note: 'starts empty' };
    const failures: unknown[] = [];
    for (const [index, alternative] of alternatives.entries()) {
      try {
        const result = await this.attempt(index, alternatives.length, alternative);
        return { result, note: `restored with alternative ${index + 1} of ${alternatives.length}` };
      } catch (error) {
        if (this.open.closed || isGivenUp(error)) throw error;
        failures.push(error);
      }
    }
    throw allFailed(this.restorable.description, failures);
  }

  private attempt(index: number, of: number, alternative: RestoreAlternative<H>): Promise<B> {
    const { state } = this.restorable;
    return this.gate.step({ k: 'attempt', state, index, of, alternative: alternative.shown }, async () => {
      const backend = this.restorable.create();
      try {
        let sizeBytes = 0;
        let entries = 0;
        for (const part of alternative.parts) {
          entries += await this.readPart(backend, part);
          sizeBytes += part.shown.sizeBytes;
        }
        return { result: backend, sizeBytes, entries };
      } catch (error) {
        await backend.dispose();
        throw error;
      }
    });
  }

  private readPart(backend: B, part: RestorePart<H>): Promise<number> {
    const { state } = this.restorable;
    return this.gate.step({ k: 'readHandle', state, part: part.shown }, async () => {
      const source = this.open.register(await part.copies.open(part.shown.from));
      try {
        const entries = await this.restorable.restore(backend, part.handle, source);
        return { result: entries, entries, sizeBytes: source.sizeBytes };
      } finally {
        this.open.unregister(source);
        await source.close();
      }
    });
  }
}

function isGivenUp(error: unknown): boolean {
  return error instanceof JobStateError && error.code === 'recovery.given-up';
}

function allFailed(description: string, failures: readonly unknown[]): JobStateError {
  const reasons = failures.map((failure, index) => `${index + 1}: ${errorData(failure).message}`).join(' ');
  const last = errorData(failures.at(-1));
  return new JobStateError(
    'state.restore-failed',
    `Could not restore ${description} from any of the ${failures.length} provided restore options. ${reasons}`,
    { domain: last.domain, advice: last.advice, subject: last.subject, cause: failures.at(-1) },
  );
}
