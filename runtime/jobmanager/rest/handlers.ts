import type { RestfulGateway } from '../restfulGateway';
import type { AnswerOf, BodyOf, PathOf, QueryOf, RouteName, Routes } from '../../rest/routes';
import type { Clock, Random } from '../../base/env';

/** What a handler gets: everything is parsed and checked. */
export interface Input<R> {
  readonly path: PathOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
}

/** One function a route; what it throws becomes the answer (rest/errorBody.ts). */
export type Handlers<Names extends RouteName = RouteName> = {
  readonly [N in Names]: (input: Input<Routes[N]>) => AnswerOf<Routes[N]> | Promise<AnswerOf<Routes[N]>>;
};

export interface HandlerContext {
  readonly gateway: RestfulGateway;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the program, for `flink-version` and people. */
  readonly version: string;
}
