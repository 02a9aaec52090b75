import type { CallContext, EngineEvent, Implementation } from '../../shared/calls.ts';
import { refuse } from '../../shared/errors.ts';
import type { AppInfo } from '../../shared/host.ts';
import type { JobState } from '../../shared/jobs.ts';
import type { Served } from '../../shared/rpc/serve.ts';
import type { SavedStrategy } from '../../shared/strategy-options.ts';

/** Events that `jobs.cancel` of the fake sends before it answers. */
export const EVENTS_PER_CALL = 50;
export const BINARY = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);

export interface FakeEngine extends Served {
  /** Calls of `checkpoint.open` that wait, and how many were aborted. */
  waiting: number;
  aborted: number;
  emit(event: EngineEvent): void;
}

/**
 * An engine whose methods do what a test of a transport needs, whatever their names say: `checkpoint.open`
 * waits until it is aborted, `verify.start` refuses with everything a fault can hold, `jobs.cancel` sends
 * events, `job.start` starts a job that runs until `jobs.dismiss` finishes it, `tensor.detail` answers with bytes, `checkpoint.close` has a bug.
 */
export function fakeEngine(info: Partial<AppInfo> = {}): FakeEngine {
  const listeners = new Set<(event: EngineEvent) => void>();
  const never = async (): Promise<never> =>
    refuse('API_METHOD', 'the fake has no such method', 'Use another.');
  let merging: JobState | undefined;
  const engine: FakeEngine = {
    waiting: 0,
    aborted: 0,
    emit: (event) => {
      for (const listener of [...listeners]) listener(event);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    implementation: {
      'app.info': async () => ({
        version: '0.0.0',
        host: 'test',
        platform: 'linux',
        roots: [],
        readOnly: false,
        recent: [],
        ...info,
      }),
      'recent.remove': async () => null,
      'folder.list': async ({ path }) => ({
        path: path ?? '/',
        roots: [],
        entries: [
          {
            name: 'naïve\u2028"\u0000.safetensors',
            path: '/x',
            type: 'file',
            size: 2 ** 53 - 1,
            checkpoint: false,
          },
        ],
        truncated: false,
      }),
      'checkpoint.open': (_input, call) => untilAborted(engine, call),
      'checkpoint.close': async () => {
        throw new Error('cannot read properties of undefined in /secret/place');
      },
      'checkpoint.changes': never,
      'tensors.page': never,
      'tensors.names': async ({ from = 0, to = 0 }) => ({
        names: Array.from({ length: to - from }, (_, i) => `model.layers.${from + i}.weight`),
      }),
      'tensors.place': never,
      'tensors.copy': never,
      'tensors.export': never,
      'ranks.page': never,
      // The contract has no bytes yet; transports must carry them all the same.
      'tensor.detail': async ({ name }) =>
        ({ name, bytes: BINARY, nested: [{ bytes: BINARY.slice(0, 3) }] }) as never,
      'tensor.values': never,
      'tensor.stats': never,
      'tensor.heatmap': never,
      'tensor.find': never,
      'tensor.save': never,
      'files.list': never,
      'file.detail': never,
      'file.header': never,
      'file.text': never,
      'file.find': never,
      'file.bytes': never,
      'job.plan': async ({ path }) =>
        ({ out: `${path}-merged`, facts: [], outputs: [], warnings: [] }) as never,
      'job.start': async ({ out }) => {
        merging = mergeJob(out);
        engine.emit({ type: 'job', job: merging });
        return merging;
      },
      'verify.start': async ({ path }) =>
        refuse('ST_OFFSETS', 'tensor a ends at 12, not at 16', 'Copy the file again.', {
          file: path,
          tensor: 'a\u202e.weight',
          rank: 3,
          expected: '16',
          found: '12',
        }),
      'saves.report': never,
      'redundancy.report': never,
      'compare.start': never,
      'compare.page': never,
      'compare.text': never,
      'compare.heatmap': never,
      'strategy.layouts': never,
      'strategy.parameters': never,
      'strategy.parameter': never,
      'strategy.read': async ({ path }) => ({
        ...{ path, origin: 'given', fileCount: 1, stageCount: 1, devicesPerStage: 1, parameterCount: 1 },
        words: 'one device',
      }),
      'strategy.save': async ({ path }) => savedStrategy(`${path}-merged.ckpt`),
      'strategy.author': async ({ path }) => savedStrategy(`${path}-authored.ckpt`),
      'jobs.list': async () => ({ jobs: [] }),
      'jobs.cancel': async ({ job }) => {
        for (let i = 0; i < EVENTS_PER_CALL; i++)
          engine.emit({ type: 'opening', path: job, filesRead: i, filesTotal: EVENTS_PER_CALL });
        return null;
      },
      'jobs.dismiss': async () => {
        if (merging?.state === 'running') engine.emit({ type: 'job', job: done(merging) });
        return null;
      },
    } satisfies Implementation,
  };
  return engine;
}

function untilAborted(engine: FakeEngine, { signal }: CallContext): Promise<never> {
  engine.waiting += 1;
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      engine.aborted += 1;
      // Cleaning up takes a moment.
      setTimeout(() => {
        try {
          refuse('CANCELLED', 'opening was cancelled', 'Open it again.');
        } catch (error) {
          reject(error);
        }
      }, 5);
    });
  });
}

function savedStrategy(out: string): SavedStrategy {
  const commandLine = 'shardscope strategy';
  return { out, files: [], sourceFiles: 0, parameters: 0, warnings: [], outExists: false, commandLine };
}

function mergeJob(out: string): JobState {
  const progress = { phase: 'copying', bytesDone: 25, bytesTotal: 100, rate: 0 } as const;
  const subject = { doing: 'merge', folder: 'given' } as const;
  return {
    id: out,
    kind: 'merge',
    title: 'Merging given',
    subject,
    startedAt: 0,
    state: 'running',
    progress,
  };
}

function done(job: JobState): JobState {
  const result = { out: job.id, files: [], tensors: 1, bytes: 100, seconds: 1, verified: true, warnings: [] };
  const { id, kind, title, startedAt, progress } = job;
  return { id, kind, title, startedAt, progress, state: 'done', result };
}
