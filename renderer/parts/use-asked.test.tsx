// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { Activity } from 'react';
import { afterEach, expect, test } from 'vitest';
import { useAsked } from './use-asked.ts';

afterEach(cleanup);

type Answering = (key: string, signal: AbortSignal) => Promise<string>;

function Answer({ of, answering }: { readonly of: string; readonly answering: Answering }) {
  const { value, fault, waiting } = useAsked<string>(of, async (signal, take) =>
    take(await answering(of, signal)),
  );
  return <p>{fault?.message ?? (waiting ? 'waiting' : value)}</p>;
}

/** What was asked, and the page of a question in a tab that is shown or hidden. */
function asking(answering: Answering) {
  const asked: string[] = [];
  const note: Answering = (key, signal) => {
    asked.push(key);
    return answering(key, signal);
  };
  const page = (of: string, shown: boolean) => (
    <Activity mode={shown ? 'visible' : 'hidden'}>
      <Answer of={of} answering={note} />
    </Activity>
  );
  return { asked, page };
}

test('what was answered is not asked again when it is shown again; another question is', async () => {
  const { asked, page } = asking(async (key) => `answer to ${key}`);
  const { rerender } = render(page('a', true));
  expect(await screen.findByText('answer to a')).toBeDefined();
  rerender(page('a', false));
  rerender(page('a', true));
  expect(await screen.findByText('answer to a')).toBeDefined();
  expect(asked).toEqual(['a']);
  rerender(page('a', false));
  rerender(page('b', false));
  rerender(page('b', true));
  expect(await screen.findByText('answer to b')).toBeDefined();
  expect(asked).toEqual(['a', 'b']);
});

test('what was given up on leaving is asked again', async () => {
  const answers: (() => void)[] = [];
  const { asked, page } = asking(
    (key, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')));
        answers.push(() => resolve(`answer to ${key}`));
      }),
  );
  const { rerender } = render(page('a', true));
  rerender(page('a', false));
  rerender(page('a', true));
  answers.at(-1)?.();
  expect(await screen.findByText('answer to a')).toBeDefined();
  expect(asked).toEqual(['a', 'a']);
});
