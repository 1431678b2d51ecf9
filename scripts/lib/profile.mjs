/** Temporary VS Code profiles: nothing of the user's own VS Code is read or changed. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeAtEnd } from './cleanup.mjs';
import { manifest, root, temporaryFolder } from './paths.mjs';

/** Settings that keep VS Code's own offers out of the window. */
export const calmSettings = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
};

/** Writes the settings of a profile for both halves of the web VS Code; a desktop one reads the first of the files. */
export function writeSettings(userData, settings) {
  for (const half of ['User', 'Machine']) {
    mkdirSync(join(userData, half), { recursive: true });
    writeFileSync(join(userData, half, 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
  }
}

/** A profile that is removed at the end: folders for user data, server data and extensions. */
export function temporaryProfile(settings = calmSettings) {
  const folder = removeAtEnd(temporaryFolder('profile'));
  const profile = {
    userData: join(folder, 'user'),
    serverData: join(folder, 'server'),
    extensions: join(folder, 'extensions'),
  };
  for (const path of Object.values(profile)) mkdirSync(path);
  writeSettings(profile.userData, settings);
  return profile;
}

/** Makes the checkout an installed extension of a profile, by a link. */
export function linkExtension(profile) {
  const { publisher, name, version } = manifest();
  symlinkSync(root, join(profile.extensions, `${publisher}.${name}-${version}`), 'junction');
}
