/** Entry of the child processes. The role is the one argument; everything else comes on standard input, so that it stays private. */
/** Rejections and exceptions that nobody caught end the process: its parent sees the exit and the text. */
process.on('unhandledRejection', (error) => {
  console.error('unhandled rejection:', error);
  process.exit(70);
});

const role = process.argv[2];
const program = new URL(import.meta.url);
switch (role) {
  case 'jobmanager':
    await (await import('./main/jobManagerRole')).runJobManager(program);
    break;
  case 'taskmanager':
    await (await import('./main/taskManagerRole')).runTaskManager(program);
    break;
  case 'compiler':
    await (await import('./main/compilerRole')).runCompiler(program);
    break;
  default:
    console.error(`Unknown role ${role ?? '(none)'}; it is one of jobmanager, taskmanager, compiler.`);
    process.exit(64);
}
