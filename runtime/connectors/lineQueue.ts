/** Lines given out so far are dropped from memory when they are this many. */
const droppedLines = 8_192;

/** Text that comes in pieces, given out as lines without their ends (LF or CR LF). */
export class LineQueue {
  private lines: string[] = [];
  /** Index of the first line that is not given out. */
  private next = 0;
  private rest = '';
  private decoder = new TextDecoder();
  /** Characters of the lines that wait. */
  waitingCharacters = 0;

  get waiting(): number {
    return this.lines.length - this.next;
  }

  /** Characters of the line that is not complete. */
  get openCharacters(): number {
    return this.rest.length;
  }

  add(bytes: Uint8Array): void {
    const text = this.decoder.decode(bytes, { stream: true });
    // The rest is not looked at again: a line that comes in many pieces would be slow.
    if (!text.includes('\n')) {
      this.rest += text;
      return;
    }
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.push(line);
  }

  /** The stream is over, and what came after its last line end is a line. */
  end(): void {
    const last = this.rest + this.decoder.decode();
    this.rest = '';
    if (last !== '') this.push(last);
  }

  /** The stream broke; returns whether it was within a line, which is forgotten. */
  breakOff(): boolean {
    const isWithinLine = this.rest !== '';
    this.rest = '';
    this.decoder = new TextDecoder();
    return isWithinLine;
  }

  take(count: number): string[] {
    const taken = this.lines.slice(this.next, this.next + count);
    this.next += taken.length;
    for (const line of taken) this.waitingCharacters -= line.length;
    if (this.next === this.lines.length || this.next >= droppedLines) {
      this.lines = this.lines.slice(this.next);
      this.next = 0;
    }
    return taken;
  }

  private push(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    this.lines.push(text);
    this.waitingCharacters += text.length;
  }
}
