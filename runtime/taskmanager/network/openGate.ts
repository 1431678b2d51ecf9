import type { Disposable } from '../../base/env';
import type { SnapshotTarget, TaskDeployment } from '../../wire/messages';
import type { TaskEnvironment } from '../taskEnvironment';
import { creditsPerChannel, InputChannel } from './inputChannel';
import { InputGate } from './inputGate';

export interface OpenGate {
  readonly gate: InputGate;
  /** Gives the channels, and requests that still wait, back to their producers. */
  release(): void;
}

export interface GateListener {
  readonly available: () => void;
  readonly failed: (error: Error) => void;
  readonly superseded: (target: SnapshotTarget) => void;
}

/** Asks for every input channel of a task: from this process by reference, from others over a link. */
export function openGate(environment: TaskEnvironment, task: TaskDeployment, listener: GateListener): OpenGate {
  const { links, taskManager, env } = environment;
  const channels: InputChannel[] = [];
  const parked: Disposable[] = [];
  for (const { edge, input, channels: deployed } of task.inputs) {
    for (const { producer, taskManager: at, address } of deployed) {
      const channel = new InputChannel(listener.available, input);
      const request = { producer, edge, consumer: task.ref };
      channels.push(channel);
      if (at !== taskManager) links.request(address, request, channel, listener.failed);
      else parked.push(requestLocally(environment, request, channel, listener.failed));
    }
  }
  const exactlyOnce = task.config.checkpointMode !== 'at_least_once';
  return {
    gate: new InputGate(channels, exactlyOnce, env.clock, listener.superseded),
    release: () => {
      for (const request of parked) request.dispose();
      for (const channel of channels) channel.release();
    },
  };
}

function requestLocally(
  { partitions }: TaskEnvironment,
  request: Parameters<TaskEnvironment['partitions']['request']>[0],
  channel: InputChannel,
  failed: (error: Error) => void,
): Disposable {
  return partitions.request(
    request,
    (subpartition) => {
      channel.connect({
        addCredits: (credits) => subpartition.addCredits(credits),
        close: () => subpartition.release(),
      });
      subpartition.attach(
        {
          deliver: (element) => {
            channel.push(element);
            return 0;
          },
        },
        creditsPerChannel,
      );
    },
    failed,
  );
}
