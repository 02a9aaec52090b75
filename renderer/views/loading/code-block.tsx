import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { t } from '../../language/t.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { cx } from '../../parts/cx.ts';
import { download } from '../../parts/download.ts';
import { REACHABLE } from '../../parts/reachable.ts';
import css from './loading.module.css';

interface CodeBlockProps {
  readonly label: string;
  readonly text: string;
  /** What a saved file is called, and all that goes into it. */
  readonly file: { readonly name: string; readonly text: string };
}

/** Text to copy or save, its comments set back; lines to edit stand out. */
export function CodeBlock({ label, text, file }: CodeBlockProps) {
  const save = t('Save as {{name}}', { name: file.name });
  return (
    <div className={css.code}>
      <div className={css.codeButtons}>
        <CopyButton text={text} label={t('Copy {{what}}', { what: label })} />
        <Tooltip label={save}>
          <ActionIcon
            aria-label={save}
            onClick={() => download(new Blob([file.text], { type: 'text/plain' }), file.name)}
          >
            <IconDownload size={15} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </div>
      <section className={css.codeText} aria-label={label} {...REACHABLE}>
        <pre>
          {[...text.matchAll(/(.*?)((?:^ *| {2})# .*)?(?:\n|$)/gm)]
            .slice(0, -1)
            .map(({ 1: code, 2: comment, index }) => (
              <span key={index} className={cx(comment?.includes('EDIT:') && css.edit)}>
                {code}
                {comment !== undefined && <span className={css.comment}>{comment}</span>}
                {'\n'}
              </span>
            ))}
        </pre>
      </section>
    </div>
  );
}
