import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { areConnected, type ShipStrategy } from '../../../runtime/graph/distribution';

function producersOf(ship: ShipStrategy, producers: number, consumers: number): number[][] {
  return Array.from({ length: consumers }, (_, consumer) =>
    Array.from({ length: producers }, (__, producer) => producer).filter((producer) =>
      areConnected(ship, { subtask: producer, parallelism: producers }, { subtask: consumer, parallelism: consumers }),
    ),
  );
}

describe('who exchanges records with whom', () => {
  test('forward: those of equal index', () => assert.deepEqual(producersOf('forward', 3, 3), [[0], [1], [2]]));

  test('rescale: each consumer has its share of more producers', () => {
    assert.deepEqual(producersOf('rescale', 4, 2), [
      [0, 1],
      [2, 3],
    ]);
    assert.deepEqual(producersOf('rescale', 5, 2), [
      [0, 1],
      [2, 3, 4],
    ]);
  });

  test('rescale: each of more consumers has one producer', () => {
    assert.deepEqual(producersOf('rescale', 2, 4), [[0], [0], [1], [1]]);
    assert.deepEqual(producersOf('rescale', 2, 5), [[0], [0], [0], [1], [1]]);
  });

  for (const ship of ['rebalance', 'shuffle', 'hash', 'broadcast', 'global'] as const) {
    test(`${ship}: all`, () =>
      assert.deepEqual(producersOf(ship, 2, 3), [
        [0, 1],
        [0, 1],
        [0, 1],
      ]));
  }
});
