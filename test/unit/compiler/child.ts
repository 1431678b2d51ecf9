/** Builds the job named by its argument in a process of its own, as the product does, and prints the code and position of its error. */
import { dirname } from 'node:path';
import { errorData } from '../../../runtime/base/errors';
import { buildJob } from '../../../runtime/compiler/buildJob';
import { library } from './jobs';

const jobFile = process.argv[2] ?? '';
await buildJob({ jobFile, outputDirectory: dirname(jobFile), library }).then(
  (compiled) => console.log(JSON.stringify({ jobName: compiled.jobGraph.jobName })),
  (error: unknown) => {
    const { code, subject } = errorData(error);
    console.log(JSON.stringify({ code, position: subject.position }));
  },
);
