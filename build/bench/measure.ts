import { type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One run of a program. */
export interface Run {
  readonly seconds: number;
  /** Highest resident memory, in bytes, where the system tells it (Linux). */
  readonly peakBytes?: number;
  /** Seconds of all its threads on all cores, in the program and in the system; where the system tells it. */
  readonly cpuSeconds?: number;
  readonly stdout: string;
}

/** Runs a program to its end; throws with its words when it fails. */
export function measure(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let used: Used | undefined;
    // Both only grow, so the last look before the end misses at most what came in the last 10 ms.
    const timer = setInterval(() => {
      used = usedBy(child.pid) ?? used;
    }, 10);
    child.stdout?.on('data', (data: Buffer) => {
      stdout += data;
    });
    child.stderr?.on('data', (data: Buffer) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - began) / 1000;
      if (code !== 0) reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}`));
      else resolve({ seconds, stdout, ...used });
    });
  });
}

type Used = Required<Pick<Run, 'peakBytes' | 'cpuSeconds'>>;

/** Linux counts processor time in hundredths of a second. */
const TICKS = 100;

function usedBy(pid: number | undefined): Used | undefined {
  try {
    const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // After the name in brackets, which may hold spaces: utime and stime are fields 14 and 15 of all.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return kib === undefined ? undefined : { peakBytes: Number(kib) * 1024, cpuSeconds: ticks / TICKS };
  } catch {
    return undefined;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** Bytes of all files below a folder. */
export async function folderBytes(folder: string): Promise<number> {
  const { stdout } = await measure('du', ['-sb', folder]);
  return Number(stdout.split('\t')[0]);
}
