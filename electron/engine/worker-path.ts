import { fileURLToPath } from 'node:url';

/**
 * The bundled worker script: `worker.cjs` beside the bundle this code is in. Tests and hosts whose bundle lies
 * elsewhere (or is CommonJS, where `import.meta.url` is empty) name it by `SHARDSCOPE_WORKER`.
 */
export function workerPath(): string {
  return process.env.SHARDSCOPE_WORKER ?? fileURLToPath(new URL('./worker.cjs', import.meta.url));
}
