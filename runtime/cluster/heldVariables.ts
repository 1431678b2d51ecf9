import { externalError } from '../base/errors';
import type { Alternative, RecoveryEvent } from '../base/events';
import { causeText, outcomeText, sizeText, stepText } from '../rest/recovery/recoveryText';
import { placeOf, restoredStates } from '../rest/recovery/restoredStates';
import type { Variable } from './debugPort';
import { openSteps, sameThread, type HeldPlace } from './heldStep';

/** A variable with its children, as a tree; built anew for each question, it is small. */
interface Node {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  readonly children?: readonly Node[];
}

/**
 * The children of what `path` names by its parts, from the scopes down; the scopes themselves for an empty path.
 * Rejects with `debug.no-variable` when there is none of that name any more.
 */
export function variablesOf(place: HeldPlace, path: readonly string[]): readonly Variable[] {
  let nodes = scopes(place);
  for (const part of path) {
    const children = nodes.find(({ name }) => name === part)?.children;
    if (children === undefined) {
      throw externalError(
        'debug.no-variable',
        `There is nothing to see under ${path.join(' › ')} any more.`,
        'Step on.',
      );
    }
    nodes = children;
  }
  return nodes.map(({ name, value, type, children }) => ({
    name,
    value,
    ...(type === undefined ? {} : { type }),
    ...(children === undefined || children.length === 0 ? {} : { path: [...path, name] }),
  }));
}

function scopes(place: HeldPlace): readonly Node[] {
  const list: (Node | undefined)[] = [
    stepScope(place.held.event),
    alternativesScope(openSteps(place)),
    checkpointScope(place),
    slotScope(place),
    recoveryScope(place),
  ];
  return list.filter((node) => node !== undefined);
}

function stepScope(event: RecoveryEvent): Node {
  const fields = Object.entries(event.step).filter(([name]) => name !== 'k');
  return { name: 'Step', value: stepText(event.step), children: fields.map(([name, value]) => dataNode(name, value)) };
}

/** Of the look-up that is going on, in the order in which they are tried. */
function alternativesScope(open: readonly RecoveryEvent[]): Node | undefined {
  const lookup = open.map(({ step }) => step).find((step) => step.k === 'stateLookup');
  if (lookup === undefined) return undefined;
  const nodes = lookup.alternatives.map(alternativeNode);
  return {
    name: 'Alternatives',
    value: `${nodes.length}`,
    children: [...nodes, { name: 'why', value: lookup.why }],
  };
}

function alternativeNode(alternative: Alternative, index: number): Node {
  return {
    name: `${index + 1} ${placeOf(alternative)}`,
    value: sizeText(alternative.parts.reduce((sum, part) => sum + part.sizeBytes, 0)),
    children: alternative.parts.map((part, number) => ({
      name: `handle ${number + 1}`,
      value: `${part.from}, ${sizeText(part.sizeBytes)}`,
      children: [
        { name: 'location', value: part.location },
        { name: 'id', value: part.handle },
        { name: 'sizeBytes', value: String(part.sizeBytes) },
      ],
    })),
  };
}

function checkpointScope({ recovery }: HeldPlace): Node | undefined {
  const { checkpoint } = recovery;
  if (checkpoint === undefined) return undefined;
  const kind = checkpoint.savepoint ? 'savepoint' : 'checkpoint';
  return {
    name: 'Checkpoint',
    value: `${kind} ${checkpoint.id}`,
    children: [{ name: 'path', value: checkpoint.path }],
  };
}

function slotScope({ task }: HeldPlace): Node | undefined {
  if (task?.taskManager === undefined) return undefined;
  return {
    name: 'Slot',
    value: task.taskManager,
    children: [
      { name: 'TaskManager', value: task.taskManager },
      { name: 'allocation', value: task.allocation ?? '' },
    ],
  };
}

function recoveryScope({ recovery, held }: HeldPlace): Node {
  const done = recovery.events.filter((event) => event.phase === 'end' && sameThread(event.scope, held.event.scope));
  const states = restoredStates(recovery.events);
  return {
    name: 'Recovery',
    value: `#${recovery.recovery}: ${causeText(recovery.cause)}`,
    children: [
      { name: 'status', value: recovery.status },
      {
        name: 'states restored',
        value: `${states.filter(({ from }) => from !== undefined).length} of ${states.length}`,
      },
      { name: 'local', value: sizeText(recovery.localBytes) },
      { name: 'remote', value: sizeText(recovery.remoteBytes) },
      {
        name: 'steps of this thread',
        value: `${done.length} done`,
        children: done.map((event, index) => ({
          name: `${index + 1} ${stepText(event.step)}`,
          value: outcomeText(event),
        })),
      },
    ],
  };
}

/** Any data of an event, in full. */
function dataNode(name: string, value: unknown): Node {
  if (typeof value !== 'object' || value === null) return { name, value: String(value), type: typeof value };
  const children = Object.entries(value).map(([key, child]) => dataNode(key, child));
  return { name, value: Array.isArray(value) ? `${children.length} items` : '{…}', children };
}
