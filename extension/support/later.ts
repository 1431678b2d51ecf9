/**
 * Runs something soon, once, however often it is asked for meanwhile; never twice at the same time.
 */
export class Later {
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private again = false;
  private disposed = false;

  constructor(
    private readonly delayMs: number,
    private readonly run: () => Promise<void>,
  ) {}

  soon(): void {
    if (this.disposed || this.timer !== undefined) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.timer = setTimeout(() => void this.now(), this.delayMs);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private async now(): Promise<void> {
    this.timer = undefined;
    this.running = true;
    try {
      await this.run();
    } finally {
      this.running = false;
      if (this.again) {
        this.again = false;
        this.soon();
      }
    }
  }
}
