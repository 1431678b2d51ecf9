export type { JobEvent } from '../rest/debug/jobEvents';
