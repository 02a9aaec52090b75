import { escapeText } from '../text/escape.ts';
import { t } from '../text/t.ts';
import type { Loading } from './loading.ts';
import { commentLine } from './yaml.ts';

/** All of it as one YAML stream: what must run first and what starts the task as comments around the documents. */
export function loadingStream({ steps, documents, launch, checks }: Loading): string {
  const notes = checks.filter(({ state }) => state === 'note');
  const before = [
    ...(steps.length > 0 ? [commentLine(t('What must be done before this can be loaded:'))] : []),
    ...steps.flatMap(({ title, command }, i) => [
      commentLine(`${i + 1}. ${title}`),
      ...(command === undefined ? [] : commandLines(command)),
    ]),
    ...notes.map(({ text }) => commentLine(t('Note: {{text}}', { text }))),
  ];
  const after = [
    commentLine(t('Start the task, with the words in capitals filled in:')),
    ...launch.flatMap(commandLines),
  ];
  return [...before, ...(before.length > 0 ? [''] : []), documents.join('\n\n---\n'), '', ...after].join(
    '\n',
  );
}

/** Those of YAML 1.1. */
const LINE_BREAKS = /[\n\r\u0085\u2028\u2029]/;

/** A command to copy; a path may have a line break in it, which must not end the comment. */
function commandLines(command: string): string[] {
  return command.split(LINE_BREAKS).map((line) => `#    $ ${escapeText(line, 20_000)}`);
}
