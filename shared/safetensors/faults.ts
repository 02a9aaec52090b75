import { type Fault, type FaultCode, refuse } from '../errors.ts';
import { JsonError } from '../json/error.ts';
import { escapeText } from '../text/escape.ts';
import { PREFIX_LENGTH } from './limits.ts';

/** A name as messages show it: escaped, cut at 200 characters, in quotes. */
export function quoted(name: string): string {
  return `'${escapeText(name)}'`;
}

export const ADVICE = {
  damaged: 'The file is damaged: copy or download it again.',
  cut: 'The file is damaged: copy or download it again, or keep what is whole of it with "shardscope salvage FILE --out FOLDER".',
  writer: 'The program that wrote the file did it wrong: write it again with a current safetensors library.',
} as const;

/** Whether a file was cut short behind a tensor that is wholly there: that much of it can be written anew. */
export function canSalvage({ code, advice }: Pick<Fault, 'code' | 'advice'>): boolean {
  return code === 'ST_TRUNCATED' && advice === ADVICE.cut;
}

/** "1 byte", "2048 bytes": without separators, since people compare these with what other tools print. */
export function bytesOf(count: number | bigint): string {
  return `${count} ${count === 1 || count === 1n ? 'byte' : 'bytes'}`;
}

/** Runs a reader of header JSON and turns its `JsonError` into a fault with the offset in the file. */
export function withHeaderFaults<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const code: FaultCode = error.kind === 'utf8' ? 'ST_UTF8' : 'ST_JSON';
    const found = `${error.reason} at byte ${error.offset + PREFIX_LENGTH}`;
    return refuse(code, `the header is not valid JSON: ${found} of the file`, ADVICE.damaged, { found });
  }
}
