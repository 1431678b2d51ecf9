import type { RestfulGateway } from '../restfulGateway';
import type { JobManagerSettings } from '../settings';
import type { AnswerOf, BodyOf, PathOf, QueryOf } from '../../rest/route';
import type { RouteName, Routes } from '../../rest/routes';
import type { Clock, Random } from '../../base/env';
import type { ProcessUsage } from '../../base/processUsage';
import type { LogFiles } from './logFiles';

/** What a handler gets: everything is parsed and checked. */
export interface Input<R> {
  readonly path: PathOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
}

/** What a handler gives: texts piece by piece, all else as the schema of the route says. */
type Given<R> = R extends { readonly text: true } ? AsyncIterable<Uint8Array> : AnswerOf<R>;

/** One function a route; what it throws becomes the answer (rest/errorBody.ts). */
export type Handlers<Names extends RouteName = RouteName> = {
  readonly [N in Names]: (input: Input<Routes[N]>) => Given<Routes[N]> | Promise<Given<Routes[N]>>;
};

/** The process of the JobManager, as its host knows it. */
export interface ProcessInfo {
  /** `Node.js 20.20.0, V8 11.3`. */
  readonly version: string;
  readonly arch: string;
  readonly options: readonly string[];
  /** What it was started from. */
  readonly program: string;
  usage(): ProcessUsage;
}

export interface HandlerContext {
  readonly gateway: RestfulGateway;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the program, for `flink-version` and people. */
  readonly version: string;
  readonly settings: JobManagerSettings;
  readonly process: ProcessInfo;
  readonly logs: LogFiles;
}
