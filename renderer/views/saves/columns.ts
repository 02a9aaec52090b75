import type { SaveState, SavesReport } from '../../../shared/saves/report.ts';
import { isWhole } from '../../../shared/saves/resume.ts';
import type { TextColumn } from '../../../shared/table/text.ts';

/** The saves as a table to copy or to save; one row a save. */
export function saveColumns({ ranks, resume }: SavesReport): readonly TextColumn<SaveState>[] {
  return [
    { heading: 'Save', key: 'suffix', value: ({ suffix }) => suffix },
    { heading: 'Epoch', key: 'epoch', value: ({ epoch }) => epoch },
    { heading: 'Step', key: 'step', value: ({ step }) => step },
    { heading: 'Run', key: 'run', value: ({ run }) => run },
    { heading: 'Weights only', key: 'weightsOnly', value: ({ weightsOnly }) => weightsOnly },
    { heading: 'Whole', key: 'whole', value: isWhole },
    { heading: 'Ranks', key: 'ranks', value: ({ missing }) => ranks.length - missing.length },
    { heading: 'Missing', key: 'missing', value: ({ missing }) => missing },
    { heading: 'Damaged', key: 'damaged', value: ({ damaged }) => damaged.map(({ rank }) => rank) },
    { heading: 'Bytes', key: 'bytes', value: ({ bytes }) => bytes },
    { heading: 'Resume from it', key: 'resume', value: ({ suffix }) => suffix === resume.from },
  ];
}
