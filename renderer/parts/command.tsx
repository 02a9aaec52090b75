import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import css from './command.module.css';
import { CopyButton } from './copy-button.tsx';

/** A command line to copy, broken between its words only. */
export function Command({ text }: { readonly text: string }) {
  const shown = escapeText(text, 4096);
  return (
    <div className={css.command}>
      <code title={shown}>
        {[...shown.matchAll(/\S+/g)].map(({ 0: word, index }) => (
          <span key={index}>{word} </span>
        ))}
      </code>
      <CopyButton text={text} label={t('Copy the command line')} />
    </div>
  );
}
