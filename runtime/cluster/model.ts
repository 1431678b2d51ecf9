/** The nouns of tree, CLI and debugger; they are defined once, where both ends of the REST API see them. */
export type * from '../rest/debug/model';
