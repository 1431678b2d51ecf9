/** The extension's package for this platform. */
import { fromRoot, manifest } from './paths.mjs';

/** VS Code's name of this platform, which is also esbuild's. */
export const target = `${process.platform}-${process.arch}`;

export const vsixPath = fromRoot('out', `${manifest().name}-${target}.vsix`);
