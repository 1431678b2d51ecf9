import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { flinkVersion, NoFlink } from './getFlink';
import { runToEnd } from './runToEnd';

/** This folder and where the build goes to, from the root of the checkout, in which everything here is started. */
const project = resolve('test', 'flink');
const jar = resolve('out', 'flink', 'java', 'keyed-count.jar');
const buildLimitMs = 600_000;

/** The jar of KeyedCountJob; Maven builds it when its sources are newer. */
export async function javaJob(say: (text: string) => void): Promise<string> {
  const java = await runToEnd('java', ['-version'], { limitMs: 20_000 });
  const major = Number(/version "(\d+)/.exec(java.output)?.[1]);
  if (java.code !== 0 || !(major >= 17)) throw new NoFlink('Apache Flink needs Java 17, with java on the path.');
  if (existsSync(jar) && statSync(jar).mtimeMs > newestSourceMs()) return jar;
  say('Building the Java job.');
  const { code, output } = await runToEnd(
    'mvn',
    ['-q', '-B', `-Dflink.version=${flinkVersion}`, '-f', join(project, 'pom.xml'), 'package'],
    { limitMs: buildLimitMs },
  );
  if (code !== 0) {
    throw new NoFlink(
      `The Java job could not be built. It needs Maven and, the first time, a connection: ${output.trim()}`,
    );
  }
  return jar;
}

function newestSourceMs(): number {
  const sources = readdirSync(join(project, 'src'), { recursive: true, withFileTypes: true });
  const files = sources.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(...[join(project, 'pom.xml'), ...files].map((file) => statSync(file).mtimeMs));
}
