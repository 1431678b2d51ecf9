import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  commands,
  configurationSection,
  contextKeys,
  debugType,
  settings,
  viewContainer,
  views,
} from '../../../extension/ids';

interface Menu {
  command: string;
  when?: string;
}
interface Manifest {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string } };
  contributes: {
    viewsContainers: { activitybar: { id: string }[] };
    views: Record<string, { id: string }[]>;
    walkthroughs: {
      steps: { id: string; description: string; media: { markdown: string }; completionEvents: string[] }[];
    }[];
    viewsWelcome: { when: string; contents: string }[];
    commands: { command: string; title: string; category?: string; icon?: string; enablement?: string }[];
    menus: Record<string, Menu[]>;
    keybindings: Menu[];
    configuration: { properties: Record<string, { order: number; scope: string; markdownDescription: string }> };
    debuggers: { type: string }[];
  };
}

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Manifest;
const { contributes } = manifest;
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

describe('package.json and the names in the code', () => {
  test('declare the same commands', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(Object.values(commands)));
  });

  test('declare the same views, container, debug type and settings', () => {
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [viewContainer],
    );
    assert.deepEqual(
      contributes.views[viewContainer]?.map(({ id }) => id),
      Object.values(views),
    );
    assert.deepEqual(
      contributes.debuggers.map(({ type }) => type),
      [debugType],
    );
    assert.deepEqual(
      sorted(Object.keys(contributes.configuration.properties)),
      sorted(Object.values(settings).map((name) => `${configurationSection}.${name}`)),
    );
  });

  test('menus and keys name only commands that exist', () => {
    const known = new Set<string>(Object.values(commands));
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
    assert.deepEqual(
      used.filter(({ command }) => !known.has(command)),
      [],
    );
  });

  test('when clauses read only context keys that the code sets', () => {
    const own = new Set<string>([...Object.values(contextKeys), ...Object.values(views), ...Object.values(commands)]);
    const clauses = [
      ...Object.values(contributes.menus).flat(),
      ...contributes.keybindings,
      ...contributes.viewsWelcome,
      ...contributes.commands.map(({ enablement }) => ({ when: enablement })),
    ].map(({ when }) => when ?? '');
    const read = clauses.flatMap((clause) => clause.match(/jobState\.\w+/g) ?? []);
    assert.deepEqual(sorted(read.filter((key) => !own.has(key))), []);
  });

  test('every command has the category, a title and an icon or a place without one', () => {
    for (const { command, category, title } of contributes.commands) {
      assert.equal(category, 'Job State', command);
      assert.match(title, /^[A-Z]/, command);
    }
    const inline = (contributes.menus['view/item/context'] ?? []).filter(
      (menu) => 'group' in menu && /^inline/.test(String(menu.group)),
    );
    const withIcon = new Set(
      contributes.commands.filter(({ icon }) => icon !== undefined).map(({ command }) => command),
    );
    assert.deepEqual(
      inline.filter(({ command }) => !withIcon.has(command)),
      [],
    );
  });

  test('commands that work only on a tree row are not in the palette', () => {
    const hidden = new Set(
      (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when === 'false').map(({ command }) => command),
    );
    for (const command of [
      commands.loadMore,
      commands.copyId,
      commands.copyPath,
      commands.pinKey,
      commands.filterEntries,
      commands.revealInCode,
    ]) {
      assert.ok(hidden.has(command), command);
    }
  });

  test('the walkthrough has at most six steps, their pages are there, and links and events name what exists', () => {
    const known = new Set<string>([...Object.values(commands), ...Object.values(contextKeys)]);
    assert.equal(contributes.walkthroughs.length, 1);
    for (const { steps } of contributes.walkthroughs) {
      assert.ok(steps.length <= 6);
      for (const { id, description, media, completionEvents } of steps) {
        assert.ok(existsSync(new URL(`../../../${media.markdown}`, import.meta.url)), id);
        const named = [description, ...completionEvents].flatMap((text) => text.match(/jobState\.\w+/g) ?? []);
        assert.ok(named.length >= 2, id);
        assert.deepEqual(
          named.filter((name) => !known.has(name)),
          [],
        );
      }
    }
  });

  test('a held row has two inline buttons, so that a narrow view still shows what is held', () => {
    const inline = (contributes.menus['view/item/context'] ?? []).filter(
      (menu) => 'group' in menu && /^inline/.test(String(menu.group)),
    );
    const held = inline.filter(({ when }) => /held\\b/.test(when ?? '') && !/!\(viewItem/.test(when ?? ''));
    assert.deepEqual(
      held.map(({ command }) => command),
      [commands.step, commands.stepInto],
    );
  });

  test('a folder that is not trusted gets a limited extension, and settings are described', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    for (const [name, { markdownDescription, scope }] of Object.entries(contributes.configuration.properties)) {
      assert.ok(markdownDescription.length > 20 && scope !== '', name);
    }
    assert.ok(!manifest.activationEvents.includes('*') && !manifest.activationEvents.includes('onStartupFinished'));
  });
});
