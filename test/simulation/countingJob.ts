/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import {
  CsvSource,
  FileSink,
  GeneratorSource,
  JsonArraySource,
  NdjsonSource,
  StreamExecutionEnvironment,
  Types,
} from '../../runtime/api/index';
import type { Collector, DataStream, Source } from '../../runtime/api/index';
import type { JobStreamGraph } from '../../runtime/api/operatorSpec';
import type { ExecutionSettings } from '../../runtime/graph/executionConfig';
import { rowMs, windowOf, type Row } from './countedRow';
import { broadcastRules } from './detours/broadcastRules';
import { inOrder, type Detour, type Pipeline } from './detours/detour';
import { heldInStates } from './detours/heldInStates';
import { joinedHalves } from './detours/joinedHalves';
import { mappedApart } from './detours/mappedApart';
import { operatorStates } from './detours/operatorStates';
import { reducedByTime } from './detours/reducedByTime';
import { rescaled, shuffled } from './detours/repartitioned';
import { sideOutput } from './detours/sideOutput';
import { unionOfSources } from './detours/unionOfSources';
import { counted, lineOf, type WindowName } from './windowCounts';

const detours = {
  unionOfSources,
  operatorStates,
  sideOutput,
  mappedApart,
  rescaled,
  joinedHalves,
  shuffled,
  heldInStates,
  reducedByTime,
  broadcastRules,
} satisfies Record<string, Detour>;

export type DetourName = keyof typeof detours;

/** In the order in which a job takes those that it takes. */
export const detourNames = Object.keys(detours) as readonly DetourName[];

/** How many rows, how fast, how many keys: small numbers that still cross checkpoints, windows and both key-group ranges. */
export interface CountingJob {
  readonly rows: number;
  readonly keys: number;
  readonly rowsPerSecond: number;
  readonly parallelism: number;
  readonly checkpointIntervalMs: number;
  /** The same so many times, each with keys of its own and unconnected with the others: regions of their own. 1 when absent. */
  readonly pipelines?: number;
  /** Where the rows come from; made by their index when absent. */
  readonly input?: 'csv' | 'json-array' | 'ndjson';
  /** What counts: windows, which give the same lines; a process function with state and timers of its own when absent. */
  readonly windows?: WindowName;
  /** The sink has a directory for each of a few keys. */
  readonly buckets?: boolean;
  /** Between source and count, in this order. */
  readonly detours?: readonly DetourName[];
  /** Everything else that a job sets. */
  readonly settings?: ExecutionSettings;
}

/** Where the sinks write, below the job's folder. */
export function outputFolders({ pipelines = 1 }: CountingJob): readonly string[] {
  return Array.from({ length: pipelines }, (_, pipeline) => `out${suffix(pipeline)}`);
}

/** The second pipeline has less to read, and finishes while the first goes on. */
function rowsOf({ rows }: CountingJob, pipeline: number): number {
  return Math.floor(rows * 0.4 ** pipeline);
}

/** Of uids and folders. */
function suffix(pipeline: number): string {
  return pipeline === 0 ? '' : `-${pipeline + 1}`;
}

function rowOf(job: CountingJob, index: number, pipeline: number): Row {
  return { key: `k${(index * 7919) % job.keys}${suffix(pipeline)}`, value: index, atMs: index * rowMs };
}

function inputFolder(pipeline: number): string {
  return `in${suffix(pipeline)}`;
}

/** The files that the sources read, below the job's folder: as many as there are readers, but one of NDJSON, which readers share. */
export function inputFiles(job: CountingJob): readonly { readonly path: string; readonly text: string }[] {
  if (job.input === undefined) return [];
  const count = job.input === 'ndjson' ? 1 : job.parallelism;
  return outputFolders(job).flatMap((_, pipeline) =>
    Array.from({ length: count }, (__, file) => {
      const rows: Row[] = [];
      for (let index = file; index < rowsOf(job, pipeline); index += count) rows.push(rowOf(job, index, pipeline));
      const path = job.input === 'ndjson' ? inputFolder(pipeline) : `${inputFolder(pipeline)}/${file}`;
      return { path, text: inputText(job.input, rows) };
    }),
  );
}

function inputText(input: CountingJob['input'], rows: readonly Row[]): string {
  switch (input) {
    case 'csv':
      return ['value,key,atMs', ...rows.map(({ key, value, atMs }) => `${value},"${key}",${atMs}`)].join('\n');
    case 'json-array':
      return JSON.stringify(rows);
    default:
      return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}

function sourceOf(job: CountingJob, pipeline: number): Source<Row> {
  const { rowsPerSecond } = job;
  const path = inputFolder(pipeline);
  switch (job.input) {
    case 'csv':
      return new CsvSource({
        path,
        columns: { key: Types.STRING, value: Types.LONG, atMs: Types.LONG },
        rowsPerSecond,
      });
    case 'json-array':
      return new JsonArraySource<Row>({ path, rowsPerSecond });
    case 'ndjson':
      return new NdjsonSource<Row>({ path, rowsPerSecond });
    default:
      return new GeneratorSource({
        count: rowsOf(job, pipeline),
        generate: (index) => rowOf(job, index, pipeline),
        rowsPerSecond,
      });
  }
}

/** The job, with function objects of its own at each call. */
export function countingStreamGraph(job: CountingJob): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.setParallelism(job.parallelism).enableCheckpointing(job.checkpointIntervalMs);
  env.configure({ checkpointing: { tolerableFailures: 'unlimited', timeoutMs: 2_000 } });
  env.configure(job.settings ?? {});
  outputFolders(job).forEach((folder, pipeline) => addPipeline(env, job, folder, pipeline));
  return env.getStreamGraph('counting');
}

function addPipeline(env: StreamExecutionEnvironment, job: CountingJob, path: string, number: number): void {
  const uid = (name: string): string => `${name}${suffix(number)}`;
  const pipeline: Pipeline = {
    ...{ env, uid, rows: rowsOf(job, number), rowsPerSecond: job.rowsPerSecond },
    rowOf: (index) => rowOf(job, index, number),
  };
  const { detours: taken = [] } = job;
  const source = inOrder(pipeline, sourceOf(job, number), 'source');
  const read: DataStream<Row> =
    taken.length === 0
      ? source.filter(() => true)
      : source.flatMap((row: Row, out: Collector<Row>) => out.collect(row));
  const rows = taken.reduce((stream, detour) => detours[detour](stream, pipeline), read);
  counted(
    rows.keyBy((row) => row.key, Types.STRING),
    job.windows,
  )
    .uid(uid('count'))
    .sinkTo(
      new FileSink<string>({ path, format: (line) => line, ...(job.buckets === true ? { bucket: bucketOf } : {}) }),
    )
    .uid(uid('sink'));
}

/** Of a line that begins with its key: `k1`, and two levels deep. */
function bucketOf(line: string): string {
  return `key=${line.slice(0, 2)}/length=${line.length % 3}`;
}

/** What a plain loop over the same rows gives: the sorted lines. */
export function sequentialModel(job: CountingJob): string[] {
  const counts = new Map<string, [string, number, number, number]>();
  for (let pipeline = 0; pipeline < (job.pipelines ?? 1); pipeline++) {
    for (let index = 0; index < rowsOf(job, pipeline); index++) {
      const { key, value, atMs } = rowOf(job, index, pipeline);
      const window = windowOf({ atMs });
      const entry = counts.get(`${key} ${window}`) ?? [key, window, 0, 0];
      entry[2] += 1;
      entry[3] += value;
      counts.set(`${key} ${window}`, entry);
    }
  }
  return [...counts.values()].map(([key, window, count, sum]) => lineOf(key, window, count, sum)).sort();
}

/** Of lines `key window count sum`: count and sum by key and window, over all lines. */
export function totals(lines: Iterable<string>): Map<string, { readonly count: number; readonly sum: number }> {
  const found = new Map<string, { readonly count: number; readonly sum: number }>();
  for (const line of lines) {
    const [key, window, count, sum] = line.split(' ');
    const name = `${key} ${window}`;
    const before = found.get(name) ?? { count: 0, sum: 0 };
    found.set(name, { count: before.count + Number(count), sum: before.sum + Number(sum) });
  }
  return found;
}
