import * as v from 'valibot';
import type { JobId } from '../../runtime/base/ids';
import type { ToTimelinePage } from '../../webview/messages';
import { report } from '../commands/reporting';
import { panels } from '../ids';
import type { Services } from '../services';
import type { About, TreeNode } from '../tree/model/node';
import { fromTimelinePageSchema, type Selected } from './pageMessages';
import { openPanel } from './pagePanel';
import type { Disposable } from '../support/signal';

/** The pages that are open, by job. */
const open = new Map<JobId, { reveal(): void }>();

/** Opens the timeline of a job, or brings it to the front. It follows the job while it runs. */
export function openTimelinePage(services: Services, job: JobId, name: string): void {
  const before = open.get(job);
  if (before !== undefined) {
    before.reveal();
    return;
  }
  const { timelines } = services;
  const panel = openPanel(services.context, { type: panels.timeline, page: 'timeline', title: `Timeline of ${name}` });
  open.set(job, panel);
  const send = async (): Promise<void> => {
    const timeline = await timelines.of(job);
    if (timeline !== undefined && panel.visible)
      void panel.webview.postMessage({ m: 'timeline', timeline } satisfies ToTimelinePage);
  };
  const failed = (error: unknown): void => void report(services, error);
  const following: Disposable = timelines.changed.on((changed) => {
    if (changed === job) send().catch(failed);
  });
  panel.webview.onDidReceiveMessage((message: unknown) => {
    const parsed = v.safeParse(fromTimelinePageSchema, message);
    if (!parsed.success) return;
    if (parsed.output.m === 'ready') send().catch(failed);
    else select(services, job, parsed.output).catch(failed);
  });
  panel.onDidDispose(() => {
    open.delete(job);
    following.dispose();
  });
}

/** Shows an entry in the tree, as deep as the tree still has it: older checkpoints are behind "load more", and a job may be gone. */
async function select({ tree }: Services, job: JobId, { k, id, savepoint }: Selected): Promise<void> {
  const isGroup = (about: About): boolean =>
    k === 'recovery'
      ? about.k === 'recoveries' && about.job === job
      : about.k === 'checkpoints' && about.job === job && about.savepoints === savepoint;
  const isIt = (about: About): boolean =>
    k === 'recovery'
      ? about.k === 'recovery' && about.job === job && about.recovery === id
      : about.k === 'checkpoint' && about.job === job && about.checkpoint === id;
  const path = [(about: About) => about.k === 'job' && about.job === job, isGroup, isIt];
  let found: TreeNode | undefined;
  for (const isNext of path) {
    if (found !== undefined) await tree.model.children(found);
    else await tree.model.children();
    const next = tree.model.find(isNext);
    if (next === undefined) break;
    found = next;
  }
  if (found !== undefined) await tree.view.reveal(found, { select: true, focus: true, expand: true });
}
