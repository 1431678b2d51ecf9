import { id, type OperatorId } from '../base/ids';
import { userError } from '../base/errors';
import { isChainable } from './chaining';
import { murmur3x64of128 } from './murmur';
import { nodeText, type StreamNode } from './streamGraph';
import { nodeOf, type Topology, type TopologyNode } from './topology';

const utf8 = new TextEncoder();

/** The operator id of a uid: the hash of its UTF-8 bytes (`StreamGraphHasherV2.generateUserSpecifiedHash`). */
export function operatorIdOfUid(uid: string): OperatorId {
  return operatorId(uidHash(uid));
}

/**
 * The operator id of every node, as Flink's `StreamGraphHasherV2` gives it: from the uid, else from the place in the topology
 * (position in a breadth-first walk from the sources, number of chainable outputs, hashes of the inputs); name, parallelism and
 * function do not count. Throws a user error for a uid that two operators have, and for an operator that no source reaches.
 */
export function generateOperatorIds(topology: Topology): ReadonlyMap<number, OperatorId> {
  checkUids([...topology.nodes.values()].map((each) => each.node));
  const hashes = new Map<number, Uint8Array>();
  const queue = [...topology.nodes.values()].filter((each) => each.inputs.length === 0);
  const visited = new Set(queue.map((each) => each.node.nodeId));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const hash = hashOf(next, topology, hashes);
    if (hash === undefined) {
      visited.delete(next.node.nodeId); // the input that is missing will bring it back
      continue;
    }
    hashes.set(next.node.nodeId, hash);
    for (const output of next.outputs) {
      if (visited.has(output.to)) continue;
      visited.add(output.to);
      queue.push(nodeOf(topology, output.to));
    }
  }
  return new Map([...hashes].map(([nodeId, hash]) => [nodeId, operatorId(hash)]));
}

/** undefined: an input has no hash yet. */
function hashOf(
  { node, inputs, outputs }: TopologyNode,
  topology: Topology,
  hashes: ReadonlyMap<number, Uint8Array>,
): Uint8Array | undefined {
  if (node.uid !== undefined) return uidHash(node.uid);
  const inputHashes = inputs.map((edge) => hashes.get(edge.from));
  const chainable = outputs.filter((edge) => isChainable(edge, topology)).length;
  const hash = murmur3x64of128(repeatedInt(hashes.size, 1 + chainable));
  for (const inputHash of inputHashes) {
    if (inputHash === undefined) return undefined;
    for (let index = 0; index < hash.length; index++) {
      hash[index] = ((hash[index] ?? 0) * 37) ^ (inputHash[index] ?? 0);
    }
  }
  return hash;
}

/** Java encodes half a surrogate pair as a question mark. */
function uidHash(uid: string): Uint8Array {
  return murmur3x64of128(utf8.encode(uid.replace(/\p{Surrogate}/gu, '?')));
}

function repeatedInt(value: number, times: number): Uint8Array {
  const bytes = new Uint8Array(4 * times);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < times; index++) view.setInt32(index * 4, value, true);
  return bytes;
}

function operatorId(hash: Uint8Array): OperatorId {
  return id<OperatorId>(Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}

function checkUids(nodes: readonly StreamNode[]): void {
  const owners = new Map<string, StreamNode>();
  for (const node of nodes) {
    if (node.uid === undefined) continue;
    const first = owners.get(node.uid);
    if (first !== undefined) throw duplicateUid(node.uid, first, node);
    owners.set(node.uid, node);
  }
}

function duplicateUid(uid: string, first: StreamNode, second: StreamNode): Error {
  const { location } = second;
  return userError(
    'job.duplicate-uid',
    `Two operators have the uid "${uid}": ${nodeText(first)} and ${nodeText(second)}.`,
    'Give each operator a uid of its own: it names the state of the operator.',
    {
      subject: {
        operator: uid,
        field: 'uid',
        ...(location === undefined ? {} : { file: location.file, position: location.line }),
      },
    },
  );
}
