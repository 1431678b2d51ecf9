import type { TreeModel } from '../../../extension/tree/model/treeModel';
import type { TreeNode } from '../../../extension/tree/model/node';

/** The tree as text, as far as `open` says that a node is expanded: two blanks a level, label, two bars, description. */
export async function treeText(model: TreeModel, open: (node: TreeNode) => boolean): Promise<string> {
  const lines: string[] = [];
  const walk = async (node: TreeNode | undefined, depth: number): Promise<void> => {
    for (const child of await model.children(node)) {
      const { label, description, collapse } = child.look;
      const mark = collapse === 'none' ? '-' : collapse === 'expanded' ? 'v' : '>';
      lines.push(`${'  '.repeat(depth)}${mark} ${label}${description === undefined ? '' : ` | ${description}`}`);
      if (collapse === 'expanded' || (collapse !== 'none' && open(child))) await walk(child, depth + 1);
    }
  };
  await walk(undefined, 0);
  return lines.join('\n');
}
