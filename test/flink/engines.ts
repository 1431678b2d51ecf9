import type { TestContext } from 'node:test';
import { flinkVersion, getFlink, NoFlink, type FlinkVersion } from './getFlink';
import { javaJob } from './javaJob';

/** What a test needs of Apache Flink. */
export interface Engines {
  readonly home: string;
  /** Our Java code. */
  readonly jar: string;
}

/** Skips the test when there is no Flink, with the reason. */
export async function flinkOr(t: TestContext, version: FlinkVersion = flinkVersion): Promise<Engines | undefined> {
  try {
    const say = (text: string): void => t.diagnostic(text);
    return { home: await getFlink(say, version), jar: await javaJob(say) };
  } catch (error) {
    if (!(error instanceof NoFlink)) throw error;
    t.skip(error.message);
    return undefined;
  }
}
