import { errorData, errorText } from '../../../runtime/base/errors';
import type { Inspector } from '../../../runtime/inspect/inspector';
import { jobNameIn, metadataMs, type Found } from '../../snapshot/foundSnapshots';
import { entriesChildren } from './entryRows';
import type { About, Drawing, Window } from './node';
import { snapshotsChildren, type Described } from './snapshotRows';
import { findEntries } from './stateReading';
import { storedOperatorChildren, storedOperatorsChildren } from './storedRows';

/** Opens a snapshot to say what it is; one that cannot be opened says why. Undefined when it is not there any more. */
async function describe(inspector: Inspector, path: string): Promise<Described | undefined> {
  const modifiedMs = await metadataMs(path);
  if (modifiedMs === undefined) return undefined;
  const jobName = await jobNameIn(path);
  const content = await inspector
    .show({ snapshot: path })
    .catch((error: unknown) => ({ why: errorText(errorData(error)) }));
  return { path, modifiedMs, ...(jobName === undefined ? {} : { jobName }), content };
}

/** Reads the children of a node of the view *Snapshots on Disk*: no engine is asked. */
export async function readChildren(
  { inspector, found }: { readonly inspector: Inspector; readonly found: Found },
  id: string,
  about: About,
  window: Window,
  signal: AbortSignal,
): Promise<Drawing> {
  const list = async (paths: readonly string[]): Promise<Drawing> => {
    const described = await Promise.all(paths.slice(0, window.limit).map((path) => describe(inspector, path)));
    return snapshotsChildren(
      id,
      described.flatMap((snapshot) => snapshot ?? []),
      paths.length,
    );
  };
  switch (about.k) {
    case 'savepointFolder':
      return list(found.savepoints.map(({ path }) => path));
    case 'checkpointFolder':
      return list(found.checkpoints.find(({ directory }) => directory === about.directory)?.paths ?? []);
    case 'snapshot':
      return storedOperatorsChildren(about.path, (await inspector.show({ snapshot: about.path })).operators);
    case 'storedOperator':
      return storedOperatorChildren(about, await inspector.states(about));
    case 'state':
      return entriesChildren(
        id,
        about,
        await findEntries({ inspector, cluster: undefined }, about.ref, window, signal),
        window.filter,
      );
    default:
      return () => [];
  }
}
