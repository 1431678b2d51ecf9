/** Entry of a thread: `node --import tsx` does not reach the threads of Node 20, so each registers tsx by itself. */
import { register } from 'tsx/esm/api';

register();
await import('./seedWorker.ts');
