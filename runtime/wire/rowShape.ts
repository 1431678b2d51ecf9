/** Rows with more fields are no records that gain from columns. */
const maxFields = 64;
/** Shapes whose code is kept; a job has a few. */
const keptShapes = 256;

/** The fields of a row in their order, and code made for them: reading and making such rows costs what it costs in hand-written code. */
export interface RowShape {
  readonly fields: readonly string[];
  /** The values of each field over the rows. Every row must be of this shape. */
  readonly take: (rows: readonly unknown[], length: number) => unknown[][];
  /** Fresh rows of these values. */
  readonly make: (columns: readonly ArrayLike<unknown>[], length: number) => unknown[];
}

const shapes = new Map<string, RowShape>();

/** Code for rows of these fields. Names are data: they come into the code as JSON texts only. */
export function shapeOf(fields: readonly string[]): RowShape {
  const name = JSON.stringify(fields);
  const known = shapes.get(name);
  if (known !== undefined) return known;
  if (shapes.size >= keptShapes) shapes.clear();
  const shape = { fields, take: takeCode(fields), make: makeCode(fields) };
  shapes.set(name, shape);
  return shape;
}

/** The fields that all these rows have, in this order; undefined unless they are plain objects that differ in values only. */
export function commonFields(rows: readonly unknown[], length: number): readonly string[] | undefined {
  const [first] = rows;
  if (!isPlain(first)) return undefined;
  const fields = Object.keys(first);
  if (fields.length === 0 || fields.length > maxFields || fields.includes('__proto__')) return undefined;
  for (let row = 1; row < length; row++) if (!hasFields(rows[row], fields)) return undefined;
  return fields;
}

function hasFields(row: unknown, fields: readonly string[]): boolean {
  if (!isPlain(row)) return false;
  let at = 0;
  for (const field in row) if (field !== fields[at++]) return false;
  return at === fields.length;
}

function isPlain(row: unknown): row is object {
  return typeof row === 'object' && row !== null && Object.getPrototypeOf(row) === Object.prototype;
}

function takeCode(fields: readonly string[]): RowShape['take'] {
  const columns = fields.map((_, index) => `c${index}`);
  const lines = [
    ...columns.map((column) => `const ${column} = new Array(length);`),
    'for (let i = 0; i < length; i++) {',
    'const row = rows[i];',
    ...fields.map((field, index) => `c${index}[i] = row[${JSON.stringify(field)}];`),
    '}',
    `return [${columns.join(', ')}];`,
  ];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a loop over named fields is several times as fast as one over their names
  return new Function('rows', 'length', lines.join('\n')) as RowShape['take'];
}

function makeCode(fields: readonly string[]): RowShape['make'] {
  const lines = [
    ...fields.map((_, index) => `const c${index} = columns[${index}];`),
    'const rows = new Array(length);',
    'for (let i = 0; i < length; i++) {',
    `rows[i] = { ${fields.map((field, index) => `${JSON.stringify(field)}: c${index}[i]`).join(', ')} };`,
    '}',
    'return rows;',
  ];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- object literals of one shape, as hand-written code makes them
  return new Function('columns', 'length', lines.join('\n')) as RowShape['make'];
}
