import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/**
 * Who may import whom:
 *
 *     shared  ←  electron/engine  ←  electron/{main, server, cli}        renderer → shared        test → anything
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));

const SAYS_ELECTRON = /^electron\/(main|preload|window|menu|dialogs|ipc)(\/|\.ts$)/;
/** Tests and what only they use: builders of sample data, doubles. */
const TEST = /\.test\.tsx?$|^test\/|\/sample-[a-z-]+\.ts$|^renderer\/testing\//;
const SHARED_PACKAGES = /^(zod|yaml|@bufbuild\/protobuf)(\/|$)/;
const PAGE_PACKAGES =
  /^(react|react-dom|zustand|i18next|react-i18next|react-resizable-panels|d3-[a-z-]+|@mantine\/[a-z]+|@tanstack\/[a-z-]+|@tabler\/icons-react)(\/|$)/;

/** What a file may import, by the folder it lies in; the first rule whose path fits holds. Tests may anything. */
const RULES: readonly { files: RegExp; allows(target: string): boolean; says: string }[] = [
  {
    files: /^shared\//,
    allows: (to) => to.startsWith('shared/') || SHARED_PACKAGES.test(to),
    says: 'shared/ is pure: only shared/, zod, yaml and @bufbuild/protobuf',
  },
  {
    files: /^electron\/engine\//,
    allows: (to) =>
      /^(shared\/|electron\/engine\/|package\.json$|node:)/.test(to) || SHARED_PACKAGES.test(to),
    says: 'the engine knows shared/ and Node: no Electron, no host, no transport',
  },
  {
    files: /^electron\//,
    allows: (to) => !/^(renderer|build)\//.test(to),
    says: 'a host knows the engine and shared/, never the page, the build or the tests',
  },
  {
    files: /^renderer\//,
    allows: (to) => to.startsWith('shared/') || to.startsWith('renderer/') || PAGE_PACKAGES.test(to),
    says: 'the page knows shared/ and its UI packages: no Node, no Electron, no engine',
  },
  {
    files: /^build\//,
    allows: (to) => !to.startsWith('renderer/'),
    says: 'the build scripts use shared/ and the built program',
  },
];

/** Import specifiers of a source: static, type-only, re-exports, dynamic, for side effects. */
function importsOf(source: string): string[] {
  const pattern =
    /(?:^|[;}\s])(?:import|export)\s[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The imported file relative to the root, or the package's name as written. */
function target(file: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;
}

/** What is wrong with one import, in a sentence; undefined when it may be. */
function objection(file: string, specifier: string): string | undefined {
  const to = target(file, specifier);
  if (TEST.test(file)) return undefined;
  if (TEST.test(to)) return `${file} imports ${specifier}: only tests use it`;
  // 'electron' itself, or by way of a file that imports it.
  if ((to === 'electron' || SAYS_ELECTRON.test(to)) && !SAYS_ELECTRON.test(file))
    return `${file} imports ${specifier}: only main, preload, window, menu, dialogs and ipc say 'electron'`;
  const rule = RULES.find((one) => one.files.test(file));
  if (rule === undefined || rule.allows(to)) return undefined;
  return `${file} imports ${specifier}: ${rule.says}`;
}

const sources = ['shared', 'electron', 'renderer', 'build', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')),
);

describe('imports', () => {
  test('follow the arrows', () => {
    const objections: string[] = [];
    let seen = 0;
    for (const file of sources) {
      for (const specifier of importsOf(readFileSync(join(ROOT, file), 'utf8'))) {
        seen++;
        const wrong = objection(file, specifier);
        if (wrong !== undefined) objections.push(wrong);
      }
    }
    expect(objections).toEqual([]);
    expect(seen).toBeGreaterThan(100);
  });

  test.each([
    ['shared/plan/merge.ts', 'node:fs'],
    ['shared/plan/merge.ts', '../../electron/engine/pool.ts'],
    ['shared/api.ts', 'react'],
    ['electron/engine/copy.ts', 'electron'],
    ['electron/engine/copy.ts', '../server.ts'],
    ['electron/engine/copy.ts', 'hono'],
    ['electron/cli.ts', 'electron'],
    ['electron/cli/merge.ts', '../main.ts'],
    ['electron/server.ts', './window.ts'],
    ['electron/server.ts', '../renderer/main.tsx'],
    ['renderer/main.tsx', 'node:path'],
    ['renderer/main.tsx', '../electron/ports/socket.ts'],
    ['renderer/store.ts', 'ws'],
    ['build/sample.ts', '../test/e2e/support.ts'],
    ['shared/table/table.ts', './sample-model.ts'],
  ])('%s may not import %s', (file, specifier) => {
    expect(objection(file, specifier)).toContain(specifier);
  });

  test('all forms of import are seen', () => {
    const forms = [
      "import a from 'a';",
      "import type { B } from 'b';",
      "import {\n  c,\n  type D,\n} from 'c';",
      "export * from 'd';",
      "export { e } from 'e';",
      "import 'f';",
      "const g = await import('g');",
    ];
    expect(importsOf(forms.join('\n'))).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });
});
