import type { WindowContentsDescriptor, WindowSpec } from './windowSpec';

/** What an operator of windows does, as Flink's `WindowOperatorBuilder` describes it: `Window(TumblingEventTimeWindows(60000), EventTimeTrigger, Sum, Report)`. */
export function windowText({ assigner, trigger, contents, windowFunction }: WindowSpec): string {
  const result =
    windowFunction === undefined ? 'PassThroughWindowFunction' : nameOf(windowFunction, 'ProcessWindowFunction');
  return `Window(${[assigner.describe(), trigger.name, ...contentsText(contents), result].join(', ')})`;
}

/** The function that keeps the contents small, where there is one. */
function contentsText(contents: WindowContentsDescriptor): readonly string[] {
  switch (contents.kind) {
    case 'reducing':
      return [nameOf(contents.reduce, 'ReduceFunction')];
    case 'aggregating':
      return [nameOf(contents.aggregate, 'AggregateFunction')];
    case 'list':
      return [];
  }
}

/** The name of a function or of the class of an object; of what has none, that of its interface, as Flink does. */
function nameOf(userFunction: object, ofInterface: string): string {
  const { name } = typeof userFunction === 'function' ? userFunction : userFunction.constructor;
  return name === '' || name === 'Object' ? ofInterface : name;
}
