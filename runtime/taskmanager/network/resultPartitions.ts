import type { Clock, Disposable } from '../../base/env';
import { externalError, JobStateError } from '../../base/errors';
import { attemptKey, sameAttempt, type AttemptRef } from '../../base/ids';
import type { ChannelRequest } from '../../wire/channelFrames';
import type { Subpartition } from './subpartition';

/** How long a request waits for a producer that is not deployed yet. */
const parkedMs = 60_000;

interface Parked {
  readonly request: ChannelRequest;
  readonly found: (subpartition: Subpartition) => void;
  readonly refused: (error: JobStateError) => void;
  readonly timer: Disposable;
}

interface Producer {
  readonly ref: AttemptRef;
  /** By edge and consumer attempt. */
  readonly outputs: Map<string, Subpartition>;
}

/**
 * The outputs of the tasks of this process, for consumers here and elsewhere; Flink's `ResultPartitionManager`. It fences: of a subtask
 * only the newest attempt is served, and only to the consumer attempt that it was deployed with.
 */
export class ResultPartitions {
  private readonly producers = new Map<string, Producer>();
  private readonly parked = new Set<Parked>();
  /** Requests by or for attempts that are of the past. */
  refused = 0;

  constructor(private readonly clock: Clock) {}

  /** The outputs of an attempt that is being deployed. Requests that wait for them are served. */
  register(
    ref: AttemptRef,
    outputs: readonly { readonly edge: number; readonly consumer: AttemptRef; readonly subpartition: Subpartition }[],
  ): void {
    const byConsumer = new Map(outputs.map((each) => [outputKey(each.edge, each.consumer), each.subpartition]));
    this.producers.set(subtaskKey(ref), { ref, outputs: byConsumer });
    for (const parked of [...this.parked]) {
      if (subtaskKey(parked.request.producer) === subtaskKey(ref)) this.serve(parked);
    }
  }

  unregister(ref: AttemptRef): void {
    const key = subtaskKey(ref);
    const producer = this.producers.get(key);
    if (producer === undefined || !sameAttempt(producer.ref, ref)) return;
    for (const subpartition of producer.outputs.values()) subpartition.release();
  }

  /** Forgets a job whose tasks have ended. */
  releaseJob(job: AttemptRef['job']): void {
    for (const [key, producer] of this.producers) if (producer.ref.job === job) this.producers.delete(key);
  }

  /** One of the two is called, at once or when the producer is deployed. The result gives the request up. */
  request(
    request: ChannelRequest,
    found: (subpartition: Subpartition) => void,
    refused: (error: JobStateError) => void,
  ): Disposable {
    const timer = this.clock.after(parkedMs, 'holdable', () => {
      if (this.parked.delete(parked)) refused(unknownProducer(request));
    });
    const parked: Parked = { request, found, refused, timer };
    this.parked.add(parked);
    this.serve(parked);
    return { dispose: () => this.end(parked) };
  }

  private serve(parked: Parked): void {
    const { request } = parked;
    const producer = this.producers.get(subtaskKey(request.producer));
    if (producer === undefined || producer.ref.attempt < request.producer.attempt) return;
    this.end(parked);
    const subpartition = sameAttempt(producer.ref, request.producer)
      ? producer.outputs.get(outputKey(request.edge, request.consumer))
      : undefined;
    if (subpartition !== undefined) {
      parked.found(subpartition);
      return;
    }
    this.refused++;
    parked.refused(outdated(request));
  }

  private end(parked: Parked): void {
    this.parked.delete(parked);
    parked.timer.dispose();
  }
}

function subtaskKey(ref: AttemptRef): string {
  return `${ref.job}_${ref.vertex}_${ref.subtask}`;
}

function outputKey(edge: number, consumer: AttemptRef): string {
  return `${edge}/${attemptKey(consumer)}`;
}

function outdated(request: ChannelRequest): JobStateError {
  const { producer, consumer } = request;
  return new JobStateError(
    'task.attempt-outdated',
    `Attempt ${consumer.attempt} of a consumer asked attempt ${producer.attempt} of its producer, which is of the past.`,
    { domain: 'external', retry: 'backoff', subject: { job: producer.job, operator: producer.vertex } },
  );
}

function unknownProducer(request: ChannelRequest): JobStateError {
  return externalError(
    'task.producer-missing',
    `The producer ${request.producer.vertex} was not deployed within ${parkedMs / 1000} s.`,
    'Look into the log of its TaskManager.',
    { subject: { job: request.producer.job, operator: request.producer.vertex, subtask: request.producer.subtask } },
  );
}
