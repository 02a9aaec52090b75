import type { JobState } from '../../shared/jobs.ts';
import { Sizes } from '../parts/size.tsx';
import { jobWords } from './job-words.ts';

/** How far a job is or how it ended, its sizes exact on hover. */
export function JobSentence({ job }: { readonly job: JobState }) {
  const written = job.state === 'done' ? job.result.bytes : 0;
  return <Sizes text={jobWords(job)} bytes={[job.progress.bytesTotal, job.progress.bytesDone, written]} />;
}
