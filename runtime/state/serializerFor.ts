import type { TypeInformation, TypeSpec } from '../api/types';
import type { TypeSerializer } from '../formats/serializer';
import { LIST, MAP, TUPLE } from '../formats/serializers/collections';
import { JSON_VALUE } from '../formats/serializers/json';
import { POJO } from '../formats/serializers/pojo';
import { BOOLEAN, BYTES, DOUBLE, INT, LONG, LONG_BIGINT, STRING } from '../formats/serializers/primitives';
import { TIME_WINDOW } from '../formats/serializers/streaming';

/** The serializer of a declared type; the one place that ties the types of job authors to Flink's serializers. */
export function serializerFor<T>(type: TypeInformation<T>): TypeSerializer<T> {
  // The declared type says what the values are; the phantom parameter of TypeInformation is that statement.
  return serializerOf(type) as TypeSerializer<T>;
}

function serializerOf(type: TypeSpec): TypeSerializer<unknown> {
  switch (type.kind) {
    case 'STRING':
      return STRING;
    case 'LONG':
      return LONG;
    case 'LONG_BIGINT':
      return LONG_BIGINT;
    case 'INT':
      return INT;
    case 'DOUBLE':
      return DOUBLE;
    case 'BOOLEAN':
      return BOOLEAN;
    case 'BYTES':
      return BYTES;
    case 'JSON':
      return JSON_VALUE();
    case 'TIME_WINDOW':
      return TIME_WINDOW;
    case 'LIST':
      return LIST(serializerOf(type.element));
    case 'MAP':
      return MAP(serializerOf(type.key), serializerOf(type.value));
    case 'TUPLE':
      return TUPLE(type.fields.map(serializerOf));
    case 'POJO': {
      const fields = Object.fromEntries(type.fields.map((field) => [field.name, serializerOf(field.type)]));
      return POJO(type.className, fields);
    }
  }
}
