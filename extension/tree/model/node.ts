import type { FaultId, HoldId, JobId, OperatorId } from '../../../runtime/base/ids';
import type { StateEntryInfo } from '../../../runtime/cluster/model';
import type { Token } from '../../ids';

/** A snapshot on disk at which a job's state is looked at. */
export interface StoredPoint {
  readonly checkpoint: number;
  readonly savepoint: boolean;
  readonly path: string;
}

/** A state, and where it is read: of the running job, or of a snapshot. */
export type StateRef =
  | { readonly from: 'live'; readonly job: JobId; readonly operator: OperatorId; readonly state: string }
  | { readonly from: 'stored'; readonly snapshot: string; readonly operator: OperatorId; readonly state: string };

/** A key whose value is followed through the snapshots of a job. */
export interface Pin {
  readonly jobName: string;
  readonly operator: OperatorId;
  /** Its uid, or its name. */
  readonly operatorName: string;
  readonly state: string;
  /** JSON text. */
  readonly key: string;
  readonly keyGroup?: number;
}

/** What a node is about: what commands get, and what its children are asked for by. */
export type About =
  | { readonly k: 'runtime' }
  | { readonly k: 'cluster'; readonly url: string }
  | { readonly k: 'log' }
  | { readonly k: 'job'; readonly job: JobId; readonly name: string }
  | { readonly k: 'lastRun'; readonly jobFile: string }
  | { readonly k: 'fault'; readonly job: JobId; readonly fault: FaultId }
  | { readonly k: 'operators'; readonly job: JobId; readonly at?: StoredPoint }
  | {
      readonly k: 'operator';
      readonly job: JobId;
      readonly operator: OperatorId;
      readonly source?: { readonly file: string; readonly line: number };
    }
  | {
      readonly k: 'storedOperator';
      readonly job?: JobId;
      readonly snapshot: string;
      readonly operator: OperatorId;
      readonly source?: { readonly file: string; readonly line: number };
    }
  | { readonly k: 'state'; readonly job?: JobId; readonly ref: StateRef }
  | {
      readonly k: 'entry';
      readonly job?: JobId;
      readonly ref: StateRef;
      readonly entry: Pick<StateEntryInfo, 'key' | 'value' | 'text' | 'keyGroup'>;
    }
  | { readonly k: 'pin'; readonly job: JobId; readonly pin: Pin }
  | { readonly k: 'filter'; readonly of: string }
  | { readonly k: 'savepointFolder' }
  | { readonly k: 'checkpointFolder'; readonly directory: string }
  /** Of the view of snapshots on disk. */
  | { readonly k: 'snapshot'; readonly path: string; readonly jobName?: string }
  | { readonly k: 'checkpoints'; readonly job: JobId; readonly savepoints: boolean }
  | {
      readonly k: 'checkpoint';
      readonly job: JobId;
      readonly checkpoint: number;
      readonly savepoint: boolean;
      readonly path?: string;
    }
  | { readonly k: 'copy'; readonly path: string }
  | { readonly k: 'recoveries'; readonly job: JobId }
  | { readonly k: 'recovery'; readonly job: JobId; readonly recovery: number }
  | { readonly k: 'held'; readonly job: JobId; readonly hold: HoldId }
  /** Its children come with it: a line of text, a group. */
  | { readonly k: 'text' }
  | { readonly k: 'more'; readonly of: string };

/** Where a node's colour comes from; only themes know colours. */
export type Tint = 'good' | 'busy' | 'held' | 'bad' | 'quiet';

/** How a node looks; compared as data, so that a row is drawn anew only when it changed. */
export interface Look {
  readonly label: string;
  readonly description?: string;
  readonly icon?: { readonly name: string; readonly tint?: Tint };
  /** Markdown. */
  readonly tooltip?: string;
  readonly tokens?: readonly Token[];
  readonly collapse: 'none' | 'collapsed' | 'expanded';
}

/** A node to be: `key` is unique among its siblings. Children that come with it need no further question. */
export interface Draft {
  readonly key: string;
  readonly about: About;
  readonly look: Look;
  readonly children?: readonly Draft[];
}

/** A node of the tree: the same object as long as the thing is there. */
export interface TreeNode {
  /** The keys from the root, joined by `/`. */
  readonly id: string;
  readonly parent: TreeNode | undefined;
  about: About;
  look: Look;
}

/** What changes without a question to the engine. */
export interface Moment {
  readonly nowMs: number;
  /** True when the files of this snapshot were there and are gone. */
  readonly filesGone: (path: string) => boolean;
}

/** How much of a list is shown. */
export interface Window {
  readonly limit: number;
  /** Only entries that match; as the user typed it. */
  readonly filter?: string;
}

/** What the engine said, ready to be drawn at any moment. */
export type Drawing = (moment: Moment) => readonly Draft[];

/** A line of text. */
export function line(key: string, label: string, description?: string, icon?: Look['icon'], tooltip?: string): Draft {
  return {
    key,
    about: { k: 'text' },
    look: {
      label,
      collapse: 'none',
      ...(description === undefined ? {} : { description }),
      ...(icon === undefined ? {} : { icon }),
      ...(tooltip === undefined ? {} : { tooltip }),
    },
  };
}

/** The last row of a list of which only a part is shown. */
export function moreRow(of: string, shown: number, total: number, step: number): Draft {
  const next = Math.min(step, total - shown);
  return {
    key: 'more',
    about: { k: 'more', of },
    look: {
      label: `… ${shown.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}, load ${next} more`,
      collapse: 'none',
      tooltip: 'Press Enter or click to load more.',
      tokens: next < total - shown ? ['more'] : [],
    },
  };
}
