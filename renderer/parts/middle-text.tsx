import { escapeText } from '../../shared/text/escape.ts';
import { cx } from './cx.ts';
import css from './middle-text.module.css';

/** Names end in what tells them apart: this much of the end gives way last. */
const TAIL = 22;
/** Shorter texts are not worth two pieces. */
const SHORT = 12;

interface MiddleTextProps {
  readonly text: string;
  readonly tail?: number;
  readonly className?: string | undefined;
}

/** A long name on one line: the middle gives way, the end stays, the whole is shown on hover. */
export function MiddleText({ text, tail = TAIL, className }: MiddleTextProps) {
  const shown = escapeText(text, Number.POSITIVE_INFINITY);
  const cut = cutAt(shown, tail);
  return (
    <span className={cx(css.whole, className)} title={shown}>
      {cut === 0 ? (
        <span className={css.only}>{shown}</span>
      ) : (
        <>
          {/* Two boxes are two words to a screen reader: it gets the name in one piece. */}
          <span className="for-screen-readers">{shown}</span>
          <span className={css.head} aria-hidden>
            {shown.slice(0, cut)}
          </span>
          <span className={css.tail} aria-hidden>
            {shown.slice(cut)}
          </span>
        </>
      )}
    </span>
  );
}

/** Letters that are read from right to left: two boxes would stand in the wrong order, or tear a word apart. */
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Cuts before the last `tail` characters, at a separator where one is near; never inside a surrogate pair. */
function cutAt(text: string, tail: number): number {
  if (text.length <= SHORT || RIGHT_TO_LEFT.test(text)) return 0;
  const from = text.length - Math.min(tail, Math.floor(text.length * 0.6));
  // A head of one or two letters is narrower than the place that it is given: a gap would follow it.
  const begin = Math.max(3, from - 6);
  const near = text.slice(begin, from + 6).search(/[./\\]/);
  const cut = near < 0 ? from : begin + near;
  const unit = text.charCodeAt(cut);
  return unit >= 0xdc00 && unit <= 0xdfff ? cut - 1 : cut;
}
