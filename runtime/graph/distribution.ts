/**
 * How records travel over an edge; Flink's ship strategies of the same names. forward: one to one · rescale: in turn, among the consumers
 * next to the producer · rebalance: in turn over all · shuffle: at random · hash: by key group of the target's key · broadcast: to every
 * consumer · global: to the first.
 */
export type ShipStrategy = 'forward' | 'rescale' | 'rebalance' | 'shuffle' | 'hash' | 'broadcast' | 'global';

/** One end of an edge. */
export interface EdgeEnd {
  readonly subtask: number;
  readonly parallelism: number;
}

/** Whether these two subtasks exchange records: all do, but over pointwise edges (Flink's `VertexInputInfoComputationUtils`). */
export function areConnected(ship: ShipStrategy, producer: EdgeEnd, consumer: EdgeEnd): boolean {
  switch (ship) {
    case 'forward':
      return producer.subtask === consumer.subtask;
    case 'rescale':
      return isInShare(producer, consumer);
    case 'rebalance':
    case 'shuffle':
    case 'hash':
    case 'broadcast':
    case 'global':
      return true;
  }
}

/** Each consumer has its share of more producers, or reads the one in whose share it is. */
function isInShare(producer: EdgeEnd, consumer: EdgeEnd): boolean {
  const producersBefore = (consumers: number): number =>
    Math.floor((consumers * producer.parallelism) / consumer.parallelism);
  const first = producersBefore(consumer.subtask);
  if (producer.parallelism < consumer.parallelism) return producer.subtask === first;
  return first <= producer.subtask && producer.subtask < producersBefore(consumer.subtask + 1);
}
