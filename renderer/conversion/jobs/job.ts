import type { ComponentType } from 'react';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import type { JobName } from '../../../shared/job-options.ts';
import type { DraftOf } from '../../store/drafts.ts';

/** What the dialog of one job says and asks; everything that jobs have in common is the frame's. */
export interface ConversionJob<J extends JobName> {
  /** On buttons, in menus, among the commands: "Merge into one model". */
  label(summary: CheckpointSummary): string;
  title(draft: DraftOf<J>, summary: CheckpointSummary): string;
  /** On the button that starts it: "Merge". */
  verb(summary: CheckpointSummary): string;
  /** What cannot be found out and has to be asked, above what will be written. */
  readonly Asked?: ComponentType<FieldsProps<J>>;
  /** What few people change, in the fold. */
  readonly Options?: ComponentType<FieldsProps<J>>;
  /** What `Options` can do, in the fold's title, in a few words with their effect. */
  optionWords?(summary: CheckpointSummary): readonly string[];
}

export interface FieldsProps<J extends JobName> {
  readonly draft: DraftOf<J>;
}
