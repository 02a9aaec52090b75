import { closeSync } from 'node:fs';
import { readHeaderLength } from '../../../shared/safetensors/header.ts';
import { openRegular } from '../identity.ts';
import type { StandIn } from '../pool.ts';
import type { Task } from '../tasks.ts';
import { readAt } from './read-bytes.ts';
import { openHandlers } from './tasks.ts';

/** Of headers, indexes and strategies: parsing them takes some 20 ms, less than a thread takes to start. */
const LITTLE_BYTES = 1024 ** 2;

/** What opening reads, where it is little: the caller's thread hears of nothing meanwhile, Ctrl+C neither. */
export const standInForOpening: StandIn = { handlers: openHandlers, isLittle };

function isLittle(task: Task): boolean {
  switch (task.type) {
    case 'read-headers':
    case 'check-files':
      return areLittle(task.paths, headerBytes);
    case 'read-strategy':
    case 'rewrite-strategy':
      return areLittle(task.paths, (_fd, size) => size);
    case 'read-starts':
      return areLittle(task.paths, (_fd, size) => Math.min(task.length, size));
    case 'read-index':
      return areLittle([task.path], (_fd, size) => size);
    default:
      return false;
  }
}

type BytesOf = (fd: number, size: number, path: string) => number;

function areLittle(paths: readonly string[], bytesOf: BytesOf): boolean {
  let bytes = 0;
  for (const path of paths) {
    bytes += bytesIn(path, bytesOf);
    if (bytes > LITTLE_BYTES) return false;
  }
  return true;
}

/** None of a file that is refused as soon as it is looked at. */
function bytesIn(path: string, bytesOf: BytesOf): number {
  try {
    const { fd, size } = openRegular(path);
    try {
      return bytesOf(fd, size, path);
    } finally {
      closeSync(fd);
    }
  } catch {
    return 0;
  }
}

/** What lies between the tensors of a `.ckpt` is known only when it has been read. */
function headerBytes(fd: number, size: number, path: string): number {
  return path.endsWith('.ckpt') ? size : readHeaderLength(readAt(fd, 0, 8), size);
}
