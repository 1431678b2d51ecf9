import type { DataInput } from '../dataInput';
import type { TypeSerializer } from '../serializer';
import { ARRAY, ListSerializer, MapSerializer, NullableSerializer, SET, TupleSerializer } from './collections';
import { base, javaRuntime, readCompositeStart, readNestedStart } from './snapshots';
import type { SnapshotReader } from './snapshots';
import { EitherSerializer, EnumSerializer, RowSerializer } from './special';
import { ANY_TIMER, TtlSerializer } from './streaming';

type Nested = Parameters<SnapshotReader>[3];

/**
 * A reader of composite snapshots: the outer body, then exactly `count` nested ones (-1: any number).
 * @param outer reads the outer body, given its version
 */
function composite<O>(
  count: number,
  outer: (input: DataInput, outerVersion: number) => O,
  make: (nested: readonly TypeSerializer<unknown>[], outer: O, className: string) => TypeSerializer<unknown>,
): SnapshotReader {
  return (input, version, className, nested) => {
    const body = outer(input, readCompositeStart(input, version));
    return make(readNested(input, nested, count, className), body, className);
  };
}

function readNested(input: DataInput, nested: Nested, expected: number, className: string): TypeSerializer<unknown>[] {
  const at = input.position;
  const count = readNestedStart(input);
  if (expected >= 0 && count !== expected) {
    throw input.malformed(`${count} nested serializers instead of ${expected} in ${className}`, at);
  }
  const serializers: TypeSerializer<unknown>[] = [];
  for (let i = 0; i < count; i++) serializers.push(nested(input));
  return serializers;
}

const nothing = (): undefined => undefined;
const text = (input: DataInput): string => input.readUtf();

/** A nested serializer whose presence {@link readNested} has checked. */
function at(nested: readonly TypeSerializer<unknown>[], index: number): TypeSerializer<unknown> {
  const serializer = nested[index];
  if (serializer === undefined) throw new RangeError(`no nested serializer ${index}`);
  return serializer;
}

const list = composite(1, nothing, (nested, _, className) => new ListSerializer(at(nested, 0), className));
const tuple = composite(-1, text, (nested, javaClass, className) => new TupleSerializer(nested, javaClass, className));
const either = composite(2, nothing, (nested, _, className) => {
  return new EitherSerializer(at(nested, 0), at(nested, 1), className);
});

const row: SnapshotReader = composite(
  -1,
  (input, outerVersion) => ({
    outerVersion,
    supportsRowKind: outerVersion >= 4 ? input.readBoolean() : outerVersion === 3,
  }),
  (nested, { outerVersion, supportsRowKind }) => new RowSerializer(nested, outerVersion, supportsRowKind),
);

const enumeration: SnapshotReader = (input) => {
  const className = input.readUtf();
  const constants: string[] = [];
  for (let count = input.readCount('enum constants', 2); count > 0; count--) constants.push(input.readUtf());
  return new EnumSerializer(className, constants);
};

const scala = ['org.apache.flink.api.scala.typeutils', 'org.apache.flink.table.api.typeutils'];

/** Readers by the class name of the snapshot. */
export const compositeReaders: readonly (readonly [string, SnapshotReader])[] = [
  [`${base}.ListSerializerSnapshot`, list],
  ['org.apache.flink.runtime.state.ArrayListSerializerSnapshot', list],
  [`${base}.SetSerializerSnapshot`, composite(1, nothing, (nested) => SET(at(nested, 0)))],
  [`${base}.MapSerializerSnapshot`, composite(2, nothing, (n) => new MapSerializer(at(n, 0), at(n, 1)))],
  [`${base}.GenericArraySerializerSnapshot`, composite(1, text, (n, component) => ARRAY(at(n, 0), component))],
  [`${base}.EnumSerializer$EnumSerializerSnapshot`, enumeration],
  [`${javaRuntime}.TupleSerializerSnapshot`, tuple],
  [`${javaRuntime}.JavaEitherSerializerSnapshot`, either],
  [`${javaRuntime}.RowSerializer$RowSerializerSnapshot`, row],
  [
    `${javaRuntime}.NullableSerializer$NullableSerializerSnapshot`,
    composite(
      1,
      (input) => input.readCount('bytes of padding', 0),
      (nested, padding) => new NullableSerializer(at(nested, 0), padding),
    ),
  ],
  [
    'org.apache.flink.streaming.api.operators.TimerSerializerSnapshot',
    composite(2, nothing, (nested) => ANY_TIMER(at(nested, 0), at(nested, 1))),
  ],
  [
    'org.apache.flink.runtime.state.ttl.TtlStateFactory$TtlSerializerSnapshot',
    composite(2, nothing, (nested) => new TtlSerializer(at(nested, 1))),
  ],
  ...scala.flatMap((prefix): (readonly [string, SnapshotReader])[] => [
    [`${prefix}.ScalaCaseClassSerializerSnapshot`, tuple],
    [`${prefix}.Tuple2CaseClassSerializerSnapshot`, tuple],
    [`${prefix}.ScalaEitherSerializerSnapshot`, either],
  ]),
];
