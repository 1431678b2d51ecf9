import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

/** One running runtime, as its discovery file tells it. Whoever can read the file may command the runtime. */
export interface DiscoveryEntry {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** The workspace folder that it serves. */
  readonly folder: string;
}

const entrySchema = v.object({
  url: v.pipe(v.string(), v.url()),
  token: v.string(),
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  folder: v.string(),
});

/** The user's state folder of this platform, without anything of the environment's being trusted to exist. */
export function discoveryDirectory(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const home = environment['HOME'] ?? homedir();
  switch (platform) {
    case 'win32':
      return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'job-state', 'runtimes');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'job-state', 'runtimes');
    default:
      return join(environment['XDG_STATE_HOME'] ?? join(home, '.local', 'state'), 'job-state', 'runtimes');
  }
}

/** Writes the file of this runtime, readable by its user alone, as a whole or not at all. The result removes it. */
export async function publishDiscovery(
  entry: DiscoveryEntry,
  directory: string = discoveryDirectory(),
): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${entry.pid}.json`);
  const temporary = `${path}.inprogress`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(entry));
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(temporary, 0o600);
  await rename(temporary, path);
  return () => rm(path, { force: true });
}

/** All runtimes that live. Files whose process is gone are removed, those that cannot be read are left alone. */
export async function readDiscovery(directory: string = discoveryDirectory()): Promise<readonly DiscoveryEntry[]> {
  const names = await readdir(directory).catch(() => []);
  const entries = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readEntry(join(directory, name))),
  );
  return entries.filter((entry) => entry !== undefined);
}

async function readEntry(path: string): Promise<DiscoveryEntry | undefined> {
  const parsed = v.safeParse(entrySchema, parseJson(await readFile(path, 'utf8').catch(() => '')));
  if (!parsed.success) return undefined;
  if (isAlive(parsed.output.pid)) return parsed.output;
  await rm(path, { force: true }).catch(() => undefined);
  return undefined;
}

/** EPERM says that there is such a process, of another user. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
