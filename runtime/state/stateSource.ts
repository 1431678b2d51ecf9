import type { Disk, File } from '../base/env';
import { externalError } from '../base/errors';
import { truncated } from '../formats/formatErrors';
import type { Closeable } from './closeableRegistry';
import { locationText, type StateLocation } from './stateLocation';

/** An opened copy of state, read at any position. */
export interface StateSource extends Closeable {
  /** For messages: the path, or `in _metadata`. */
  readonly location: string;
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `at`. Fails with `format.truncated` when the source ends before. */
  read(at: number, length: number): Promise<Uint8Array>;
}

/** Opens state where it lies. A file must have the size that its handle says; fails with `state.size` or `disk.not-found`. */
export async function openState(disk: Disk, location: StateLocation): Promise<StateSource> {
  if (location.inline) return new BytesSource(location.data, locationText(location));
  const { path, position, sizeBytes } = location;
  const file = await disk.open(path, 'read');
  try {
    const found = (await disk.stat(path))?.sizeBytes ?? 0;
    if (position === 0 ? found !== sizeBytes : found < position + sizeBytes) {
      throw externalError(
        'state.size',
        `${path} has ${found} bytes instead of ${position + sizeBytes}.`,
        'The file was cut off or replaced; restore from another snapshot.',
        { retry: 'never', subject: { file: path } },
      );
    }
    return new FileSource(file, path, position, sizeBytes);
  } catch (error) {
    await file.close();
    throw error;
  }
}

class BytesSource implements StateSource {
  constructor(
    private readonly data: Uint8Array,
    readonly location: string,
  ) {}

  get sizeBytes(): number {
    return this.data.length;
  }

  read(at: number, length: number): Promise<Uint8Array> {
    if (at < 0 || at + length > this.data.length) return Promise.reject(endsEarly(this.location, at, length));
    return Promise.resolve(this.data.subarray(at, at + length));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class FileSource implements StateSource {
  private closing: Promise<void> | undefined;

  constructor(
    private readonly file: File,
    readonly location: string,
    private readonly start: number,
    readonly sizeBytes: number,
  ) {}

  async read(at: number, length: number): Promise<Uint8Array> {
    if (at < 0 || length < 0 || at + length > this.sizeBytes) throw endsEarly(this.location, at, length);
    const bytes = new Uint8Array(length);
    if ((await this.file.read(this.start + at, bytes)) < length) throw endsEarly(this.location, at, length);
    return bytes;
  }

  close(): Promise<void> {
    this.closing ??= this.file.close();
    return this.closing;
  }
}

function endsEarly(location: string, at: number, length: number): Error {
  return truncated(`${location} ends before the ${length} bytes wanted`, { file: location, position: at });
}
