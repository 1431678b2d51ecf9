import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { close, inject, stepUntil } from '../actions';
import { printing } from '../printing';
import { waitForRunningJob } from '../runningJob';
import { themes, VSCodeWindow, type Theme } from '../window';

/** The example's first checkpoint has to complete. */
const limitMs = 90_000;

/** The view of snapshots. */
const disk = 'Snapshots on Disk';

/** Widths of the side bar, in pixels: with room for every description, and with as little as people leave it. */
const widths = { wide: 620, narrow: 200 } as const;

/** The pictures that the documentation shows, by their names there; all others are only to be looked at. */
const documented: Readonly<Record<string, string>> = { 'held-wide-dark': 'held-dark' };

/** Takes pictures in every kind of theme and width into out/screenshots/, and those of the documentation into the folder JOB_STATE_IMAGES. */
export const run = (): Promise<void> =>
  printing(async () => {
    const folder = process.env['JOB_STATE_IMAGES'];
    if (folder === undefined) throw new Error('JOB_STATE_IMAGES is not set.');
    const window = await VSCodeWindow.connect();
    await window.ready();
    await waitForRunningJob(window, limitMs);
    const everyWay = async (name: string): Promise<void> => {
      for (const theme of Object.keys(themes) as Theme[]) {
        await window.setTheme(theme);
        for (const [width, px] of Object.entries(widths)) {
          await window.widenSideBar(px);
          const picture = `${name}-${width}-${theme}`;
          const path = await window.screenshot(picture);
          const documentName = documented[picture];
          if (documentName === undefined) continue;
          await copyFile(path, join(folder, `${documentName}.png`));
          console.log(`docs/images/${documentName}.png`);
        }
      }
    };
    await everyWay('overview');
    await window.expand('Jobs', /^delay-by-airport/);
    await window.expand('Jobs', /^stats/);
    await everyWay('state');
    await window.inlineAction('Jobs', /^stats/, 'Filter Entries');
    await window.answer('AT');
    await window.waitForRow('Jobs', /^“AT”/);
    await everyWay('filtered');
    await window.inlineAction('Jobs', /^ATL/, 'Pin Key');
    await window.waitForRow('Jobs', /^\d+.*(ago|just now) · \{/, limitMs);
    await close(window, /^Operators/);
    await everyWay('pinned');
    await window.inlineAction('Jobs', /^ATLpinned/, 'Unpin Key');
    await window.expand('Jobs', /^Operators/);
    await close(window, /^delay-by-airport/);
    await close(window, /^Operators/);
    await inject(window, { what: 'Kill a TaskManager', where: 'tm-2', hold: true });
    await window.expandPath('Jobs', [/^Recoveries/, /^#1/]);
    await stepUntil(window, /^flightsheld before: .*read local copy/);
    await everyWay('held');
    await window.runCommand('Job State: Continue Recovery');
    await window.waitForRow('Jobs', /^flightsRUNNING/, limitMs);
    await vscode.commands.executeCommand('workbench.actions.treeView.jobState.jobs.collapseAll');
    await window.expandPath('Jobs', [/^embedded runtime/, /^flightsRUNNING/, /^Checkpoints/]);
    await everyWay('checkpoints');
    await window.runCommand('Job State: Trigger Savepoint');
    await window.pick('.job-state/savepoints');
    await window.view('Jobs').locator('.pane-header').click();
    await window.view(disk).locator('.pane-header').click();
    await window.expandPath(disk, [/^Checkpoints of flights/, /^savepoint-/, /^delay-by-airport/]);
    await everyWay('disk');
  });
