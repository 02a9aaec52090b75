import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../build/bundles.ts';

/** What must never be in the program, found by looking at its source and at how it is packaged. */
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const sources = ['electron', 'renderer', 'shared'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\/sample-|^renderer\/testing\//.test(name)),
);

test.each([
  ['opens anything outside of the app (EL-15)', /\bopenExternal\b|\bopenPath\b/],
  ['makes a program of a text (EL-07)', /\beval\(|\bnew Function\b/],
  [
    'makes markup of a text (EL-07)',
    /dangerouslySetInnerHTML|\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML/,
  ],
  [
    'switches a safeguard of Chromium off (EL-06/08/09/10)',
    /enableBlinkFeatures|disable-web-security|commandLine\.appendSwitch/,
  ],
  ['puts a foreign page into its own (EL-12)', /<webview|<iframe|createElement\('(webview|iframe)'\)/],
  [
    'goes to the network',
    /\bfetch\(|XMLHttpRequest|sendBeacon|'node:https'|\bhttp\.(get|request)\b|net\.request/,
  ],
])('nothing %s', (_, pattern) => {
  expect(sources.length).toBeGreaterThan(500);
  expect(sources.filter((name) => pattern.test(read(name)))).toEqual([]);
});

test('the packaged program is no Node, and runs nothing but its own archive (EL-19)', () => {
  expect(parse(read('build/electron-builder.yml'))).toMatchObject({
    asar: true,
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    },
  });
  // Without runAsNode a process that Node forks would be a second app.
  const forking = /\bfork\b.*from 'node:child_process'/;
  expect(sources.filter((name) => forking.test(read(name)))).toEqual([]);
});

test('every package is pinned by its content (EL-24)', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { resolved?: string; integrity?: string; link?: boolean; optional?: boolean }>;
  };
  // What is optional and of another system has no entry of its own until it is installed there.
  const pinned = Object.entries(packages).filter(([path, { optional }]) => path !== '' && !optional);
  expect(pinned.length).toBeGreaterThan(100);
  const loose = pinned.filter(
    ([, { integrity, resolved, link }]) =>
      link || !integrity?.startsWith('sha512-') || /^(git|http:|file:)/.test(resolved ?? ''),
  );
  expect(loose.map(([path]) => path)).toEqual([]);
});
