import * as v from 'valibot';

/** What a process of the cluster says of itself. */

/** GET /jobmanager/config; `ConfigurationInfo`. Flink masks secrets. */
export const configurationSchema = v.array(v.object({ key: v.string(), value: v.string() }));
export type ConfigurationInfo = v.InferOutput<typeof configurationSchema>;

/** GET /jobmanager/environment; `EnvironmentInfo`. */
export const environmentSchema = v.object({
  jvm: v.object({ version: v.string(), arch: v.string(), options: v.array(v.string()) }),
  classpath: v.array(v.string()),
});
export type EnvironmentInfo = v.InferOutput<typeof environmentSchema>;

/** GET …/logs; `LogListInfo`. `mtime` in epoch ms. */
export const logsSchema = v.object({
  logs: v.array(v.object({ name: v.string(), size: v.number(), mtime: v.optional(v.number()) })),
});
export type LogListInfo = v.InferOutput<typeof logsSchema>;

/** GET …/thread-dump; `ThreadDumpInfo`. */
export const threadDumpSchema = v.object({
  threadInfos: v.array(v.object({ threadName: v.string(), stringifiedThreadInfo: v.string() })),
});
export type ThreadDumpInfo = v.InferOutput<typeof threadDumpSchema>;
