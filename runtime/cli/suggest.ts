const shownAtMost = 12;

/** What to do after a name that is not known: `Did you mean "counts"? There is counts, totals.` */
export function adviceOf(wanted: string, known: readonly string[], verb: 'There is' | 'It has'): string {
  if (known.length === 0) return `${verb} none.`;
  const near = closest(wanted, known);
  const more = known.length - shownAtMost;
  const list = known.slice(0, shownAtMost).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return `${near === undefined ? '' : `Did you mean "${near}"? `}${verb} ${list}.`;
}

/** The known text that is most like the wanted one; undefined when none is like it. */
export function closest(wanted: string, known: readonly string[]): string | undefined {
  const text = wanted.toLowerCase();
  const starts = known.filter((one) => text.length >= 2 && one.toLowerCase().startsWith(text));
  if (starts.length === 1) return starts[0];
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly one: string; readonly edits: number } | undefined;
  for (const one of known) {
    const edits = editsBetween(text, one.toLowerCase());
    if (edits <= allowed && (best === undefined || edits < best.edits)) best = { one, edits };
  }
  return best?.one;
}

/** Characters to insert, delete, replace or swap with their neighbour (optimal string alignment distance). */
function editsBetween(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const options = [at(last, column) + 1, at(line, column - 1) + 1, at(last, column - 1) + same];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) options.push(at(before, column - 2) + 1);
      line.push(Math.min(...options));
    }
    [before, last] = [last, line];
  }
  return at(last, b.length);
}

function at(line: readonly number[], column: number): number {
  return line[column] ?? Infinity;
}
