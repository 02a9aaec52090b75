/** Calls on files that are written to (`readSync`: on sources); those ending in `Sync` are made by worker threads, `write` by the main one. */
export type FailingCall = 'readSync' | 'writeSync' | 'closeSync' | 'truncate' | 'write' | 'close';

/**
 * For tests: loaded by Node before a job in a process of its own, and in each of its threads. The first call of the
 * kind that the job's `failCall` names fails as `errno` says.
 */
export const FAILING = `
const fs = require('node:fs');
// Threads have the process's environment, and not its arguments.
process.env.SHARDSCOPE_FAILING ??= process.argv[3];
const { failCall, errno } = JSON.parse(process.env.SHARDSCOPE_FAILING);
const writes = (flags = 'r') => (typeof flags === 'number' ? (flags & 3) !== 0 : flags !== 'r');
let failed = false;
function failing(own, isWritten) {
  return function (...args) {
    if (failed || !isWritten(args)) return own.apply(this, args);
    failed = true;
    if (/close/.test(failCall)) own.apply(this, args);
    throw Object.assign(new Error(errno + ', by the test'), { code: errno });
  };
}
const written = new Set();
const sources = new Set();
const { openSync } = fs;
fs.openSync = (path, flags, mode) => {
  const fd = openSync(path, flags, mode);
  written.delete(fd);
  sources.delete(fd);
  if (writes(flags)) written.add(fd);
  else if (/source-\\d/.test(path)) sources.add(fd);
  return fd;
};
const handles = new Set();
const failingFiles = { readSync: sources, write: handles }[failCall] ?? written;
const call = failCall === 'write' ? 'writeSync' : failCall;
if (call.endsWith('Sync')) fs[call] = failing(fs[call], ([fd]) => failingFiles.has(fd));
const { open } = fs.promises;
fs.promises.open = async (path, flags, mode) => {
  const file = await open(path, flags, mode);
  // Not the journal's: it may fail.
  const isOutput = writes(flags) && path.endsWith('.safetensors');
  if (isOutput) handles.add(file.fd);
  if (isOutput && failCall !== 'write' && failCall in file) {
    const method = failing(file[failCall], () => true);
    file[failCall] = async (...args) => method.apply(file, args);
  }
  return file;
};
require('node:module').syncBuiltinESMExports();
`;
