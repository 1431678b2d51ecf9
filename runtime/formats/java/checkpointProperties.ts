import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { CheckpointProperties, StoredSnapshotType } from '../handles';
import { flag } from './javaValue';
import type { JavaClass, JavaEnum, JavaObject, JavaValue } from './javaValue';
import { readJavaObject } from './objectInput';
import { writeJavaObject } from './objectOutput';

const checkpoint = 'org.apache.flink.runtime.checkpoint';
const string = { code: 'L', name: 'name', signature: 'Ljava/lang/String;' };

const enumFlags = flag.serializable | flag.enum;
const javaEnum: JavaClass = { name: 'java.lang.Enum', suid: 0n, flags: enumFlags, fields: [] };

function enumClass(name: string): JavaClass {
  return { name, suid: 0n, flags: enumFlags, fields: [], superclass: javaEnum };
}

function enumField(name: string, of: JavaClass): JavaClass['fields'][number] {
  return { code: 'L', name, signature: `L${of.name.replaceAll('.', '/')};` };
}

const sharingStrategy = enumClass(`${checkpoint}.SnapshotType$SharingFilesStrategy`);
const savepointFormat = enumClass('org.apache.flink.core.execution.SavepointFormatType');
const postAction = enumClass(`${checkpoint}.SavepointType$PostCheckpointAction`);

/** Booleans in the order of the stream. */
const booleans = [
  'discardCancelled',
  'discardFailed',
  'discardFinished',
  'discardSubsumed',
  'discardSuspended',
  'forced',
  'unclaimed',
] as const;

const propertiesClass: JavaClass = {
  name: `${checkpoint}.CheckpointProperties`,
  suid: 2n,
  flags: flag.serializable,
  fields: [
    ...booleans.map((name) => ({ code: 'Z', name })),
    { code: 'L', name: 'checkpointType', signature: `L${checkpoint.replaceAll('.', '/')}/SnapshotType;` },
  ],
};

const checkpointTypeClass: JavaClass = {
  name: `${checkpoint}.CheckpointType`,
  suid: BigInt.asIntN(64, 0xd6de4f0305ae1d3an),
  flags: flag.serializable,
  fields: [string, enumField('sharingFilesStrategy', sharingStrategy)],
};

const savepointTypeClass: JavaClass = {
  name: `${checkpoint}.SavepointType`,
  suid: BigInt.asIntN(64, 0xa087d308a45814b8n),
  flags: flag.serializable,
  fields: [enumField('formatType', savepointFormat), string, enumField('postCheckpointAction', postAction)],
};

/** The properties at the end of a `_metadata` of version 4 and newer; undefined for the null of the State Processor API. */
export function readCheckpointProperties(input: DataInput): CheckpointProperties | undefined {
  const at = input.position;
  const object = readJavaObject(input);
  if (object === null) return undefined;
  const fields = fieldsOf(object, propertiesClass.name);
  const type = fields?.get('checkpointType');
  if (fields === undefined || type === undefined) throw input.malformed('These are no CheckpointProperties', at);
  const is = (name: (typeof booleans)[number]): boolean => fields.get(name) === true;
  return {
    forced: is('forced'),
    type: snapshotType(type, input, at),
    discardSubsumed: is('discardSubsumed'),
    discardFinished: is('discardFinished'),
    discardCancelled: is('discardCancelled'),
    discardFailed: is('discardFailed'),
    discardSuspended: is('discardSuspended'),
    unclaimed: is('unclaimed'),
  };
}

function fieldsOf(value: JavaValue, className: string): ReadonlyMap<string, JavaValue> | undefined {
  const isObject = typeof value === 'object' && value?.t === 'object';
  return isObject && value.class.name === className ? value.fields : undefined;
}

function snapshotType(value: JavaValue, input: DataInput, at: number): StoredSnapshotType {
  const wrong = (): Error => input.malformed('Unknown kind of snapshot in the CheckpointProperties', at);
  const ofCheckpoint = fieldsOf(value, checkpointTypeClass.name);
  if (ofCheckpoint !== undefined) {
    const sharing = oneOf(['FORWARD_BACKWARD', 'FORWARD', 'NO_SHARING'], ofCheckpoint.get('sharingFilesStrategy'));
    if (sharing === undefined) throw wrong();
    return { t: 'checkpoint', name: textOf(ofCheckpoint.get('name')), sharing };
  }
  const ofSavepoint = fieldsOf(value, savepointTypeClass.name);
  const format = oneOf(['CANONICAL', 'NATIVE'], ofSavepoint?.get('formatType'));
  const action = oneOf(['NONE', 'SUSPEND', 'TERMINATE'], ofSavepoint?.get('postCheckpointAction'));
  if (ofSavepoint === undefined || format === undefined || action === undefined) throw wrong();
  return { t: 'savepoint', name: textOf(ofSavepoint.get('name')), format, postAction: action };
}

function textOf(value: JavaValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function oneOf<T extends string>(constants: readonly T[], value: JavaValue | undefined): T | undefined {
  if (typeof value !== 'object' || value?.t !== 'enum') return undefined;
  return constants.find((constant) => constant === value.constant);
}

/** The same bytes that Flink 1.16 and newer write for these properties. */
export function writeCheckpointProperties(properties: CheckpointProperties | undefined, out: DataOutput): void {
  if (properties === undefined) {
    writeJavaObject(null, out);
    return;
  }
  const fields = new Map<string, JavaValue>(booleans.map((name) => [name, properties[name]]));
  fields.set('checkpointType', snapshotTypeObject(properties.type));
  writeJavaObject(objectOf(propertiesClass, fields), out);
}

function snapshotTypeObject(type: StoredSnapshotType): JavaObject {
  if (type.t === 'checkpoint') {
    const sharing = enumOf(sharingStrategy, type.sharing);
    return objectOf(
      checkpointTypeClass,
      new Map<string, JavaValue>([
        ['name', type.name],
        ['sharingFilesStrategy', sharing],
      ]),
    );
  }
  return objectOf(
    savepointTypeClass,
    new Map<string, JavaValue>([
      ['formatType', enumOf(savepointFormat, type.format)],
      ['name', type.name],
      ['postCheckpointAction', enumOf(postAction, type.postAction)],
    ]),
  );
}

function objectOf(javaClass: JavaClass, fields: ReadonlyMap<string, JavaValue>): JavaObject {
  return { t: 'object', class: javaClass, fields, annotations: [] };
}

function enumOf(javaClass: JavaClass, constant: string): JavaEnum {
  return { t: 'enum', class: javaClass, constant };
}
