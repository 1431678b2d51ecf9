/**
 * What a connector throws when code of the job's author, or what it was given for one row, has failed: the operator adds its name and
 * makes the message.
 */
export class RowFailure extends Error {
  /**
   * @param thrown by the author's code
   * @param what the function: `format`
   * @param row undefined where there is none yet
   */
  constructor(
    readonly thrown: unknown,
    readonly what: string,
    readonly row?: unknown,
  ) {
    super(`${what} has failed`, { cause: thrown });
    this.name = 'RowFailure';
  }
}
