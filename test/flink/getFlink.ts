import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runToEnd } from './runToEnd';

/** The releases that are compared with, each with the SHA-256 of the archive that holds its jars. */
const archives = {
  '1.20.5': 'e6aee62ea1a1fe7b32e28894ad079f3f1a50a372a4caac3df52405267f4228c8',
  '2.2.1': 'eec27ffa86d01184de7f5ab668c479c83cdb75ebc7fba8091307da4f1a9d3348',
} as const;
export type FlinkVersion = keyof typeof archives;
/** The one that the runtime's formats are those of; Java code is compiled against it. */
export const flinkVersion = '1.20.5';
/** The jars are published as this Python package; its source archive has them in deps/. */
const packageName = 'apache-flink-libraries';
const downloadLimitMs = 600_000;

/** Flink cannot be had here; the message says why, and what to do. */
export class NoFlink extends Error {}

/** A folder with Flink's `lib/`: the one that FLINK_HOME names, else that of the user's cache, where it is put when it is not there. */
export async function getFlink(say: (text: string) => void, version: FlinkVersion = flinkVersion): Promise<string> {
  const given = process.env['FLINK_HOME'];
  if (given !== undefined && given !== '') {
    if (existsSync(distOf(given, version))) return given;
    throw new NoFlink(`FLINK_HOME names ${given}, which has no ${distOf('', version)}.`);
  }
  const home = join(cacheFolder(), `flink-${version}`);
  if (existsSync(distOf(home, version))) return home;
  say(`Downloading Apache Flink ${version}, about 300 MB, once; it is kept in ${home}.`);
  await mkdir(cacheFolder(), { recursive: true });
  const temporary = await mkdtemp(join(cacheFolder(), 'download-'));
  try {
    const archive = await download(temporary, version);
    await verify(archive, version);
    await unpack(archive, temporary, home, version);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return home;
}

function distOf(home: string, version: FlinkVersion): string {
  return join(home, 'lib', `flink-dist-${version}.jar`);
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
async function download(folder: string, version: FlinkVersion): Promise<string> {
  const wanted = `${packageName}==${version}`;
  const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', ':all:', '--dest', folder, wanted];
  const { code, output } = await runToEnd('python3', args, { limitMs: downloadLimitMs });
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.tar.gz'));
  if (code === 0 && file !== undefined) return join(folder, file);
  throw new NoFlink(
    `Apache Flink ${version} could not be downloaded (pip: ${lastLine(output)}). With a connection to a Python package index and ` +
      `python3 with pip it is; or set FLINK_HOME to a folder with ${distOf('', version)}.`,
  );
}

async function verify(archive: string, version: FlinkVersion): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  const found = hash.digest('hex');
  if (found !== archives[version]) {
    throw new NoFlink(`The download of Apache Flink ${version} has SHA-256 ${found}, not ${archives[version]}.`);
  }
}

/** The home appears with all of its files or not at all. */
async function unpack(archive: string, temporary: string, home: string, version: FlinkVersion): Promise<void> {
  const { code, output } = await runToEnd('tar', ['-xzf', archive, '-C', temporary], { limitMs: downloadLimitMs });
  if (code !== 0) throw new NoFlink(`The download of Apache Flink could not be unpacked: ${lastLine(output)}`);
  const unpacked = join(temporary, `${packageName.replaceAll('-', '_')}-${version}`, 'deps');
  if (!existsSync(distOf(unpacked, version))) {
    throw new NoFlink(`The download of Apache Flink has no ${distOf('', version)}.`);
  }
  // Another process may have been faster, or an older attempt may have left a part.
  const aside = `${home}.${randomUUID()}`;
  if (existsSync(home)) await rename(home, aside);
  await rename(unpacked, home);
  await rm(aside, { recursive: true, force: true });
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
