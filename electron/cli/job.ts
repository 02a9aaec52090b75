import type { Input } from '../../shared/api.ts';
import { refuse, ShardscopeError } from '../../shared/errors.ts';
import { isSettled, type JobResult, type JobState } from '../../shared/jobs.ts';
import type { ProgressTeller } from './progress.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

type JobMethod = 'job.start' | 'verify.start' | 'compare.start';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a job and waits until it has settled. Ctrl+C cancels it, which settles when the cleaning up is done;
 * a second Ctrl+C ends the process at once. Throws the job's fault, or CANCELLED.
 */
export async function runJob<M extends JobMethod>(
  terminal: Terminal,
  session: Session,
  method: M,
  input: Input<M>,
  progress: ProgressTeller,
): Promise<JobResult> {
  let id: string | undefined;
  let interrupted = false;
  let fail: (error: unknown) => void = () => {};
  const cancel = () => {
    if (id !== undefined) session.call('jobs.cancel', { job: id }).catch(fail);
  };
  const interrupt = () => {
    if (interrupted) process.exit(130);
    interrupted = true;
    progress.end();
    terminal.note('Cancelling and cleaning up; press Ctrl+C again to stop at once.');
    cancel();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  let deaf = () => {};
  try {
    const settled = new Promise<JobState>((resolve, reject) => {
      fail = reject;
      const hear = (job: JobState) => {
        progress.tell(job);
        if (isSettled(job)) resolve(job);
      };
      // Events may come before the call that starts the job returns its id.
      const early: JobState[] = [];
      deaf = session.listen((event) => {
        if (event.type !== 'job') return;
        if (id === undefined) early.push(event.job);
        else if (event.job.id === id) hear(event.job);
      });
      session.call(method, input).then((started) => {
        id = started.id;
        for (const job of [started, ...early]) if (job.id === id) hear(job);
        if (interrupted) cancel();
      }, reject);
    });
    return resultOf(await settled);
  } finally {
    progress.end();
    deaf();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

function resultOf(job: JobState): JobResult {
  switch (job.state) {
    case 'done':
      return job.result;
    case 'failed':
      throw new ShardscopeError(job.fault);
    default:
      return refuse(
        'CANCELLED',
        'Cancelled; nothing was left behind.',
        'Run the command again to start over.',
      );
  }
}
