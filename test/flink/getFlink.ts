import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runToEnd } from './runToEnd';

/** The release that is compared with, and the SHA-256 of the archive that holds its jars. */
export const flinkVersion = '1.20.5';
const archiveSha256 = 'e6aee62ea1a1fe7b32e28894ad079f3f1a50a372a4caac3df52405267f4228c8';
/** The jars are published as this Python package; its source archive has them in deps/. */
const packageName = 'apache-flink-libraries';
const downloadLimitMs = 600_000;

/** Flink cannot be had here; the message says why, and what to do. */
export class NoFlink extends Error {}

/** A folder with Flink's `lib/`: the one that FLINK_HOME names, else that of the user's cache, where it is put when it is not there. */
export async function getFlink(say: (text: string) => void): Promise<string> {
  const given = process.env['FLINK_HOME'];
  if (given !== undefined && given !== '') {
    if (existsSync(distOf(given))) return given;
    throw new NoFlink(`FLINK_HOME names ${given}, which has no ${distOf('')}.`);
  }
  const home = join(cacheFolder(), `flink-${flinkVersion}`);
  if (existsSync(distOf(home))) return home;
  say(`Downloading Apache Flink ${flinkVersion}, about 230 MB, once; it is kept in ${home}.`);
  await mkdir(cacheFolder(), { recursive: true });
  const temporary = await mkdtemp(join(cacheFolder(), 'download-'));
  try {
    const archive = await download(temporary);
    await verify(archive);
    await unpack(archive, temporary, home);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return home;
}

function distOf(home: string): string {
  return join(home, 'lib', `flink-dist-${flinkVersion}.jar`);
}

/** The user's cache folder of this platform. */
function cacheFolder(): string {
  switch (process.platform) {
    case 'win32':
      return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'job-state', 'cache');
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'job-state');
    default:
      return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'job-state');
  }
}

/** With pip, which knows where this machine gets its packages from. */
async function download(folder: string): Promise<string> {
  const wanted = `${packageName}==${flinkVersion}`;
  const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', ':all:', '--dest', folder, wanted];
  const { code, output } = await runToEnd('python3', args, { limitMs: downloadLimitMs });
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.tar.gz'));
  if (code === 0 && file !== undefined) return join(folder, file);
  throw new NoFlink(
    `Apache Flink ${flinkVersion} could not be downloaded (pip: ${lastLine(output)}). With a connection to a Python package index and ` +
      `python3 with pip it is; or set FLINK_HOME to a folder with ${distOf('')}.`,
  );
}

async function verify(archive: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  const found = hash.digest('hex');
  if (found !== archiveSha256) {
    throw new NoFlink(`The download of Apache Flink ${flinkVersion} has SHA-256 ${found}, not ${archiveSha256}.`);
  }
}

/** The home appears with all of its files or not at all. */
async function unpack(archive: string, temporary: string, home: string): Promise<void> {
  const { code, output } = await runToEnd('tar', ['-xzf', archive, '-C', temporary], { limitMs: downloadLimitMs });
  if (code !== 0) throw new NoFlink(`The download of Apache Flink could not be unpacked: ${lastLine(output)}`);
  const unpacked = join(temporary, `${packageName.replaceAll('-', '_')}-${flinkVersion}`, 'deps');
  if (!existsSync(distOf(unpacked))) throw new NoFlink(`The download of Apache Flink has no ${distOf('')}.`);
  // Another process may have been faster, or an older attempt may have left a part.
  const aside = `${home}.${randomUUID()}`;
  if (existsSync(home)) await rename(home, aside);
  await rename(unpacked, home);
  await rm(aside, { recursive: true, force: true });
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
