/**
 * Preloaded into the web VS Code's server: ends it when the script that started it is gone, even when that one was killed.
 * The script holds the other end of standard input. The server's own children inherit this preload and are left alone.
 */
if (process.env.JOB_STATE_SERVER_PARENT === String(process.ppid)) {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.resume();
}
