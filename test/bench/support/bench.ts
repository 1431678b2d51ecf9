/** A figure that has to stay on one side of its floor. Each file of this folder exports one as `bench`; helpers lie in support/. */
export interface Bench {
  /** The file's name, too. */
  readonly name: string;
  readonly unit: string;
  readonly floor: number;
  readonly better: 'higher' | 'lower';
  run(): Promise<number>;
}
