import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A tensor as MindSpore gives it: NumPy's dtype, the shape, and the SHA-256 of the raw bytes. */
export interface Digest {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}

/** A layout as MindSpore reads it: one tensor map of all dimensions, or one a dimension. */
export interface PeerLayout {
  readonly deviceMatrix: readonly number[];
  readonly tensorMap: readonly (readonly number[])[];
  readonly optShardStep: number;
  readonly optShardSize: number;
}

/** What `peer.py` can be asked for. */
interface Calls {
  version: { arguments: Record<never, never>; value: string };
  functions: { arguments: Record<never, never>; value: Record<string, string[]> };
  merge: { arguments: { src: string; strategy: string; dst: string; redundant?: boolean }; value: null };
  slice: { arguments: { src: string; strategy: string; dst: string; ranks: number }; value: null };
  reshard: {
    arguments: { src: string; dst: string; src_strategy: string; dst_strategy: string; format: string };
    value: null;
  };
  merge_strategies: { arguments: { src: string; dst: string }; value: null };
  strategy: { arguments: { path: string }; value: Record<string, PeerLayout> };
  kept: { arguments: { path: string; first_rank: number }; value: Record<string, string[]> };
  load: {
    arguments: { paths: readonly string[]; format: 'safetensors' | 'ckpt'; remove_redundancy: boolean };
    value: Record<string, Record<string, Digest>>;
  };
  ckpt_to_safetensors: { arguments: { src: string; dst: string }; value: null };
  safetensors_to_ckpt: { arguments: { src: string; dst: string }; value: null };
}

/** MindSpore in a Python process of its own, started once as its import takes seconds. */
export class MindSpore {
  readonly #child: ChildProcess;
  readonly #waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];

  constructor(python: string) {
    const child = spawn(python, [join(import.meta.dirname, 'peer.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(line));
    child.on('close', (code) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`MindSpore ended with ${code}`));
    });
    this.#child = child;
  }

  /** Rejects with MindSpore's own words when it raises. */
  async call<C extends keyof Calls>(call: C, args: Calls[C]['arguments']): Promise<Calls[C]['value']> {
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin?.write(`${JSON.stringify({ call, arguments: args })}\n`);
    });
    const reply = JSON.parse(line) as { value: Calls[C]['value'] } | { error: string };
    if ('error' in reply) throw new Error(reply.error);
    return reply.value;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.stdin?.end();
    await ended;
  }
}
