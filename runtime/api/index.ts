/** What job authors import as 'job-state': Flink's DataStream API in TypeScript. */
export type { AggregateFunction, ReduceFunction } from './aggregations';
export { CsvSource, type CsvColumns, type CsvRow, type CsvSourceOptions } from './csvSource';
export {
  BroadcastProcessFunction,
  KeyedBroadcastProcessFunction,
  type BroadcastContext,
  type BroadcastReader,
} from './broadcastFunctions';
export { BroadcastStream } from './broadcastStream';
export { CoProcessFunction, KeyedCoProcessFunction, type CoFlatMapFunction, type CoMapFunction } from './coFunctions';
export {
  BroadcastConnectedStream,
  ConnectedStreams,
  DataStream,
  KeyedStream,
  SingleOutputStreamOperator,
  WindowedStream,
} from './dataStream';
export { DataStreamSink } from './dataStreamSink';
export { StreamExecutionEnvironment } from './environment';
export {
  KeyedProcessFunction,
  ProcessFunction,
  type Collector,
  type KeyedContext,
  type OnTimerContext,
  type ProcessContext,
  type RuntimeContext,
  type TimerService,
} from './functions';
export type {
  BroadcastState,
  CheckpointedFunction,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  OperatorStateStore,
  ReadOnlyBroadcastState,
} from './operatorState';
export { OutputTag } from './outputTag';
export { CollectSink, CsvFileSink, FileSink, PrintSink, type Sink } from './sinks';
export {
  GeneratorSource,
  JsonArraySource,
  NdjsonSource,
  ParquetSource,
  SocketTextSource,
  type Source,
} from './sources';
export type { RowOf } from './sourceRows';
export {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
  type AggregatingState,
  type KeyedStateStore,
  type ListState,
  type MapState,
  type ReducingState,
  type ValueState,
} from './state';
export { StateTtlConfig } from './stateTtlConfig';
export { Types, type TypeInformation, type TypeOf } from './types';
export { WatermarkStrategy, type TimestampAssigner } from './watermarks';
export { CountTrigger } from './windowing/countTrigger';
export { PurgingTrigger } from './windowing/purgingTrigger';
export { EventTimeSessionWindows, ProcessingTimeSessionWindows, type SessionGap } from './windowing/sessionWindows';
export type { TimeWindow } from './windowing/timeWindow';
export {
  EventTimeTrigger,
  ProcessingTimeTrigger,
  Trigger,
  type OnMergeContext,
  type TriggerContext,
  type TriggerResult,
} from './windowing/triggers';
export {
  SlidingEventTimeWindows,
  SlidingProcessingTimeWindows,
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
  type WindowAssigner,
} from './windowing/windowAssigners';
export { ProcessWindowFunction, type WindowContext } from './windowing/windowFunctions';
export type { CheckpointConfig, ExecutionConfig, ExecutionSettings } from '../graph/executionConfig';
export { RestartStrategies, type RestartStrategy } from '../graph/restartStrategy';
