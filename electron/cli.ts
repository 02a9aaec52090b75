#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type * as commands from './cli/run.ts';
import { loadBundle } from './code-cache.ts';

/**
 * Bytecode that a function runs before V8 looks whether to optimize it: 1 MB instead of 132 KB. Of a command that
 * takes a second, a quarter of the processor time went to optimizing what was soon over (merge and dedupe of
 * 1.7 GiB, Node 20); loops over values are above it in a millisecond. Threads have the flags of their process.
 */
setFlagsFromString('--interrupt-budget=1000000');

const bundle = loadBundle(fileURLToPath(new URL('./commands.cjs', import.meta.url)));
if (process.env.SHARDSCOPE_KEEP_CODE) process.on('exit', bundle.keepCode);
// Setting the code instead of exiting lets a pipe take all of the output first.
process.exitCode = await (bundle.exports as typeof commands).run(process.argv.slice(2));
