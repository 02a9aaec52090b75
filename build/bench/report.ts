import { cpus, loadavg, totalmem } from 'node:os';
import { columns } from '../../electron/cli/columns.ts';
import { formatBytes } from '../../shared/text/units.ts';

export interface Result {
  readonly what: string;
  readonly seconds?: number;
  readonly note: string;
  readonly peakBytes?: number;
  /** Our median over that of `cp`. */
  readonly ratio?: number;
  /** What it should be at most, and whether it is. */
  readonly aim?: { readonly limit: string; readonly met: boolean };
  /** Seconds of each run. */
  readonly all?: readonly number[];
}

/** Results as they come, and the table of all of them at the end. */
export class Report {
  readonly results: Result[] = [];

  say(text: string): void {
    console.error(text);
  }

  add(result: Result): void {
    this.results.push(result);
    this.say(rowOf(result).join('  '));
  }

  table(): string {
    return columns(this.results.map(rowOf), [1, 2, 3]).join('\n');
  }
}

function rowOf({ what, seconds, note, peakBytes, ratio, aim }: Result): string[] {
  return [
    what,
    seconds === undefined ? '' : `${seconds.toFixed(3)} s`,
    ratio === undefined ? '' : `${ratio.toFixed(2)} × cp`,
    peakBytes === undefined ? '' : `${formatBytes(peakBytes)} peak`,
    aim === undefined ? '' : `${aim.met ? 'met' : 'MISSED'}: at most ${aim.limit}`,
    note,
  ];
}

export function describeMachine() {
  return {
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? '',
    memory: formatBytes(totalmem()),
    /** Processes that wanted a processor in the last minute, those of the bench among them. */
    load: loadavg()[0]?.toFixed(1) ?? '',
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}
