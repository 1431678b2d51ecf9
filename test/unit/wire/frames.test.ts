import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, FrameKind, maxFrameBytes, type Frame } from '../../../runtime/wire/frames';

function decodeAll(pieces: readonly Uint8Array[]): { frames: Frame[]; whole: boolean } {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder((frame) => frames.push({ ...frame, payload: new Uint8Array(frame.payload) }));
  for (const piece of pieces) decoder.push(piece);
  return { frames, whole: decoder.atFrameEnd };
}

const two = Buffer.concat([
  encodeFrame(FrameKind.data, 7, Uint8Array.of(1, 2, 3)),
  encodeFrame(FrameKind.end, 0xffff_ffff),
]);
const twoFrames = [
  { kind: FrameKind.data, channel: 7, payload: Uint8Array.of(1, 2, 3) },
  { kind: FrameKind.end, channel: 0xffff_ffff, payload: new Uint8Array(0) },
];

describe('frames', () => {
  test('two frames cut at every byte come out the same', () => {
    for (let cut = 0; cut <= two.length; cut++) {
      const { frames, whole } = decodeAll([two.subarray(0, cut), two.subarray(cut)]);
      assert.deepEqual(frames, twoFrames, `cut at ${cut}`);
      assert.ok(whole);
    }
    assert.deepEqual(decodeAll([...two].map((byte) => Uint8Array.of(byte))).frames, twoFrames);
  });

  test('any frames survive any cuts', () => {
    const frame = fc.record({
      kind: fc.constantFrom(...Object.values(FrameKind)),
      channel: fc.nat({ max: 0xffff_ffff }),
      payload: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat({ max: 400 })), (frames, cuts) => {
        const bytes = Buffer.concat(frames.map((f) => encodeFrame(f.kind, f.channel, f.payload)));
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => new Uint8Array(bytes.subarray(places[index], end)));
        const decoded = decodeAll(pieces).frames.map((f) => ({ ...f, payload: [...f.payload] }));
        assert.deepEqual(
          decoded,
          frames.map((f) => ({ ...f, payload: [...f.payload] })),
        );
      }),
    );
  });

  test('a frame cut short is seen as unfinished', () => {
    assert.equal(decodeAll([two.subarray(0, two.length - 1)]).whole, false);
  });

  test('an unknown kind is refused by its number, whole or in pieces', () => {
    const bytes = encodeFrame(FrameKind.data, 1);
    bytes[4] = 11;
    assert.throws(() => decodeAll([bytes]), { code: 'wire.unknown-kind', message: 'Frame kind 11 is not known.' });
    assert.throws(() => decodeAll([...bytes].map((byte) => Uint8Array.of(byte))), { code: 'wire.unknown-kind' });
  });

  test('lengths that cannot be are refused before anything is allocated', () => {
    const bytes = encodeFrame(FrameKind.data, 1);
    new DataView(bytes.buffer).setUint32(0, maxFrameBytes + 1);
    assert.throws(() => decodeAll([bytes]), { code: 'wire.frame-too-long' });
    new DataView(bytes.buffer).setUint32(0, 4);
    assert.throws(() => decodeAll([bytes]), { code: 'wire.frame-too-short' });
  });
});
