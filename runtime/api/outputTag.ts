import { check, text } from '../graph/checks';

declare const rowType: unique symbol;

/** Names a side output whose rows are of type `T`: a function emits with `context.output(tag, row)`, `getSideOutput(tag)` reads. */
export class OutputTag<T> {
  declare readonly [rowType]?: T;
  readonly id: string;

  constructor(id: string) {
    check('id', id, text);
    this.id = id;
  }
}
