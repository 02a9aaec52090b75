import { sideWords } from './compare/side-words.ts';
import type { JobState, JobSubject } from './jobs.ts';
import { saveName } from './saves/name.ts';
import { t } from './text/t.ts';

/** What a job does, in the language that is spoken: "Merging step 20 of qwen2_7b". */
export function jobTitle({ title, subject }: Pick<JobState, 'title' | 'subject'>): string {
  return subject ? subjectTitle(subject) : title;
}

/** "Merging step 20 of qwen2_7b", "Comparing rank 1 with rank 5 of dp2_mp4". */
export function subjectTitle(subject: JobSubject): string {
  const { doing } = subject;
  if (doing === 'compare') {
    const { folder } = subject;
    const [one, other] = [sideWords(subject.one), sideWords(subject.other)];
    return folder === undefined
      ? t('Comparing {{one}} with {{other}}', { one, other })
      : t('Comparing {{one}} with {{other}} of {{folder}}', { one, other, folder });
  }
  const { folder, save } = subject;
  const source = save ? t('{{save}} of {{folder}}', { save: saveName(save), folder }) : folder;
  switch (doing) {
    case 'merge':
      return t('Merging {{source}}', { source });
    case 'slice':
      return t('Slicing {{source}}', { source });
    case 'reshard':
      return t('Resharding {{source}}', { source });
    case 'dedupe':
      return t('Removing redundancy of {{source}}', { source });
    case 'restore':
      return t('Restoring redundancy of {{source}}', { source });
    case 'rename':
      return t('Renaming {{source}}', { source });
    case 'convert':
      return t('Converting {{source}}', { source });
    case 'metadata':
      return t('Changing metadata of {{source}}', { source });
    case 'salvage':
      return t('Salvaging {{source}}', { source });
    case 'verify':
      return t('Verifying {{source}}', { source });
    case 'compare-copies':
      return t('Comparing replicas of {{source}}', { source });
  }
}
