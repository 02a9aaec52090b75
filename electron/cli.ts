#!/usr/bin/env node
import { run } from './cli/run.ts';

// Setting the code instead of exiting lets a pipe take all of the output first.
process.exitCode = await run(process.argv.slice(2));
