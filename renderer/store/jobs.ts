import { jobTitle } from '../../shared/job-title.ts';
import { isSettled, type JobState } from '../../shared/jobs.ts';
import { t } from '../language/t.ts';
import { sentence } from '../parts/sentence.ts';
import type { WorkspaceContext } from './workspace.ts';

/** Jobs of the host, newest first. The host keeps them: a window that reconnects lists them again. */
export interface JobsSlice {
  readonly jobs: readonly JobState[];
  /** One sentence for screen readers when a job starts or settles. */
  readonly announcement: string;
  loadJobs(): Promise<void>;
  /** A job that was just started: its first event may not have come yet. */
  addJob(job: JobState): void;
  cancelJob(id: string): Promise<void>;
  dismissJob(id: string): Promise<void>;
}

export function jobsSlice({ set, get, client }: WorkspaceContext): JobsSlice {
  client.listen((event) => {
    if (event.type === 'job') accept(event.job);
    if (event.type === 'job-dismissed') set({ jobs: get().jobs.filter((job) => job.id !== event.job) });
  });

  function accept(job: JobState): void {
    const before = get().jobs.find((other) => other.id === job.id);
    // A late progress event must not wake a job that has settled.
    if (before && isSettled(before) && !isSettled(job)) return;
    set({ jobs: newestFirst([job, ...get().jobs.filter((other) => other.id !== job.id)]) });
    if (before?.state !== job.state) set({ announcement: announce(job) });
  }

  return {
    jobs: [],
    announcement: '',
    async loadJobs() {
      const { jobs } = await client.call('jobs.list', {});
      set({ jobs: newestFirst(jobs) });
    },
    addJob(job) {
      if (!get().jobs.some((other) => other.id === job.id)) set({ jobs: newestFirst([job, ...get().jobs]) });
    },
    async cancelJob(job) {
      await client.call('jobs.cancel', { job });
    },
    async dismissJob(job) {
      await client.call('jobs.dismiss', { job });
      set({ jobs: get().jobs.filter((other) => other.id !== job) });
    },
  };
}

function newestFirst(jobs: readonly JobState[]): JobState[] {
  return [...jobs].sort((a, b) => b.startedAt - a.startedAt);
}

function announce(job: JobState): string {
  switch (job.state) {
    case 'queued':
      return t('{{title}}: waiting for its turn.', { title: jobTitle(job) });
    case 'running':
      return t('{{title}}: started.', { title: jobTitle(job) });
    case 'cancelling':
      return t('{{title}}: cancelling.', { title: jobTitle(job) });
    case 'cancelled':
      return t('{{title}}: cancelled, nothing was left behind.', { title: jobTitle(job) });
    case 'done':
      return t('{{title}}: done.', { title: jobTitle(job) });
    case 'failed':
      return `${t('{{title}}: failed.', { title: jobTitle(job) })} ${sentence(job.fault.message)}`;
  }
}
