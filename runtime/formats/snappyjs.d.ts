declare module 'snappyjs' {
  /** Decodes one raw Snappy block; throws when it is damaged or longer than `maxLength`. */
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array;
}
