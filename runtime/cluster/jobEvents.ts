export type { JobEvent } from '../base/jobEvents';
