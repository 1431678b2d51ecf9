import {
  id,
  isHexId,
  type CheckpointId,
  type FaultId,
  type JobId,
  type OperatorId,
  type TaskManagerId,
  type TriggerId,
  type VertexId,
} from '../base/ids';

/** Turns the text of a parameter into its value; `undefined` when it is not one. */
export type Parser<T> = (text: string) => T | undefined;

const longestText = 1_000;

const hex =
  <T extends JobId | VertexId | OperatorId | TriggerId>(): Parser<T> =>
  (text) =>
    isHexId(text) ? (text as T) : undefined;

/** A decimal integer of at least 0. */
export const asInteger: Parser<number> = (text) => {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
};

export const asText: Parser<string> = (text) => (text.length <= longestText ? text : undefined);
/** Keys of states can be long JSON texts. */
export const asLongText: Parser<string> = (text) => (text.length <= 100_000 ? text : undefined);
export const asBoolean: Parser<boolean> = (text) => (text === 'true' ? true : text === 'false' ? false : undefined);
/** Values separated by commas. */
export const asList: Parser<readonly string[]> = (text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
/** Numbers and ranges of them, separated by commas, each number by itself: `0-2,5` is 0, 1, 2, 5. */
export const asNumbers: Parser<readonly string[]> = (text) => {
  const numbers: string[] = [];
  for (const part of text.split(',')) {
    const [, from, to = from] = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part) ?? [];
    if (from === undefined) return undefined;
    for (let number = Number(from); number <= Number(to); number++) numbers.push(String(number));
  }
  return numbers;
};
/** `key:value` pairs separated by commas. */
export const asLabels: Parser<readonly string[]> = (text) => {
  const labels = asList(text) ?? [];
  return labels.every((label) => /^[^:]+:[^:]+$/.test(label)) ? labels : undefined;
};
export const asJobId: Parser<JobId> = hex<JobId>();

/** A name that is not a path: ids of TaskManagers and faults. */
const asName = (text: string): string | undefined => (/^[\w.:-]{1,200}$/.test(text) ? text : undefined);

/** The name of a file in a directory that is known. */
const asFileName: Parser<string> = (text) => (/^(?!\.{1,2}$)[^/\\\0]{1,255}$/.test(text) ? text : undefined);

const checkpointId: Parser<CheckpointId> = (text) => {
  const value = asInteger(text);
  return value === undefined ? undefined : id<CheckpointId>(value);
};
const named =
  <T extends TaskManagerId | FaultId>(): Parser<T> =>
  (text) =>
    asName(text) as T | undefined;

/** The parameters that stand in path templates, with Flink's names where Flink has them. */
export const pathParameters = {
  jobid: asJobId,
  vertexid: hex<VertexId>(),
  operatorid: hex<OperatorId>(),
  triggerid: hex<TriggerId>(),
  checkpointid: checkpointId,
  subtaskindex: asInteger,
  attempt: asInteger,
  taskmanagerid: named<TaskManagerId>(),
  filename: asFileName,
  statename: asText,
  recovery: asInteger,
  faultid: named<FaultId>(),
} as const;

type PathParameterName = keyof typeof pathParameters;
type ValueOf<P> = P extends Parser<infer T> ? T : never;

type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** The values of the parameters of a path template. */
export type PathValues<Path extends string> = {
  readonly [N in NamesIn<Path> & PathParameterName]: ValueOf<(typeof pathParameters)[N]>;
};

export type QueryParsers = Readonly<Record<string, Parser<unknown>>>;
export type QueryValues<Q extends QueryParsers> = { readonly [N in keyof Q]?: ValueOf<Q[N]> };

/** The path with the values in the place of its parameters. */
export function fillPath(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name])));
}
