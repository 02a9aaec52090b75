import type { Page } from 'playwright';
import type { Sources } from './sources.ts';

/** How much there is to show, or what is wrong. */
export const STATES = ['empty', 'small', 'huge', 'error'] as const;
export type State = (typeof STATES)[number];

export interface Picture {
  /** What is to be seen, for those who do not see it. */
  readonly alt: string;
  /** What is open. */
  readonly of: keyof Sources;
  /** The rest of the address, see `renderer/address.ts`. */
  readonly query?:
    | Readonly<Record<string, string>>
    | ((sources: Sources) => Readonly<Record<string, string>>);
  /** It is of a job, or starts one: jobs of one picture are not seen in others. */
  readonly job?: true;
  /** What a person does there. */
  readonly act?: (page: Page, sources: Sources) => Promise<unknown>;
}

const WO = 'model.layers.0.attention.wo.weight';
const filter = { filter: 'no_such_tensor' };
const compared = (sources: Sources, a: keyof Sources, b: keyof Sources, more = {}) => ({
  compare: JSON.stringify({ a: { path: sources[a] }, b: { path: sources[b], ...more } }),
});
const row = (name: RegExp) => (page: Page) =>
  page.getByRole('main').getByRole('row', { name }).first().click();
const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

/** By the id of the view. Each view has one of each state; a test says which is missing. */
export const PICTURES: Readonly<Record<string, Readonly<Record<State, Picture>>>> = {
  summary: {
    empty: { of: 'empty', alt: 'The summary of a file without tensors' },
    small: { of: 'small', alt: 'A training output of 8 ranks with 3 saves, the newest not whole' },
    huge: { of: 'ranks', alt: '1,024 ranks of 1,000 tensors' },
    error: { of: 'cut', alt: 'The start page says that a file was cut short, and where' },
  },
  tensors: {
    empty: { of: 'small', query: filter, alt: 'No tensor matches the filter' },
    small: {
      of: 'small',
      query: { filter: '!adam' },
      act: row(/w2/),
      alt: 'Tensors as a tree, one explained',
    },
    huge: { of: 'tensors', query: { layout: 'flat' }, alt: '497,000 tensors, flat' },
    error: { of: 'small', query: { filter: '/layers.[0-/ wo' }, alt: 'A filter that is not understood' },
  },
  ranks: {
    empty: { of: 'small', query: filter, alt: 'No tensor matches the filter' },
    small: {
      of: 'small',
      query: { filter: '!adam', tensor: WO },
      alt: 'Eight ranks, equal slices in equal colours',
    },
    huge: { of: 'ranks', alt: '1,024 ranks of 1,000 tensors' },
    error: { of: 'damaged', query: { filter: '!adam' }, alt: 'What the missing rank 5 held is hatched' },
  },
  values: {
    empty: { of: 'small', alt: 'No tensor is selected' },
    small: { of: 'small', query: { tensor: WO, values: 'statistics' }, alt: 'Statistics and a histogram' },
    huge: {
      of: 'values',
      query: { tensor: 'values', values: 'heatmap' },
      act: (page) => page.getByText('The wheel zooms, dragging moves.').waitFor(),
      alt: 'A heatmap of 32,000 × 8,192 values',
    },
    error: {
      of: 'small',
      query: { tensor: WO, slice: '[999, :]' },
      alt: 'A slice that the tensor does not have',
    },
  },
  strategy: {
    empty: { of: 'small', query: filter, alt: 'No parameter matches the filter' },
    small: { of: 'small', query: { tensor: WO }, alt: 'The device matrix, and how a parameter is cut' },
    huge: { of: 'ranks', alt: 'A device matrix of 1,024 devices' },
    error: { of: 'damaged', query: { tensor: WO }, alt: 'The strategy names a rank that has no files' },
  },
  redundancy: {
    empty: { of: 'small', query: filter, alt: 'No tensor matches the filter' },
    small: { of: 'small', alt: 'What eight ranks hold more than once' },
    huge: { of: 'ranks', alt: 'What 1,024 ranks hold more than once' },
    error: {
      of: 'different',
      job: true,
      query: { save: '1_200' },
      act: async (page) => {
        await button('Compare replicas')(page);
        await page
          .getByText(/differ/)
          .first()
          .waitFor();
      },
      alt: 'A copy that differs from its replica',
    },
  },
  saves: {
    empty: { of: 'ranks', alt: 'A single save' },
    small: { of: 'small', alt: 'Three saves, of which the last is not on every rank' },
    huge: { of: 'saves', act: headersRead, alt: '1,024 ranks with 40 saves' },
    error: { of: 'damaged', act: headersRead, alt: 'A damaged file and a rank without any' },
  },
  loading: {
    empty: { of: 'empty', alt: 'A file without tensors cannot be loaded' },
    small: {
      of: 'small',
      query: { scenario: 'other-layout' },
      alt: 'The YAML that loads ranks with another layout',
    },
    huge: {
      of: 'ranks',
      query: { scenario: 'no-shared-disk' },
      alt: 'The steps for 1,024 ranks on machines without a shared disk',
    },
    error: { of: 'damaged', alt: 'Why a checkpoint with a file cut short cannot be loaded' },
  },
  files: {
    empty: { of: 'empty', alt: 'The only file has no tensors' },
    small: { of: 'small', alt: 'The files of a training output' },
    huge: { of: 'tensors', alt: 'A file with 497,000 tensors' },
    error: { of: 'damaged', alt: 'A file that was cut short' },
  },
  problems: {
    empty: { of: 'complete', alt: 'No problems were found' },
    small: { of: 'small', alt: 'A save that is not on every rank' },
    huge: { of: 'saves', alt: 'What is missing from 1,024 ranks' },
    error: { of: 'damaged', alt: 'A damaged file and a missing rank, with ways out' },
  },
  compare: {
    empty: { of: 'small', alt: 'Nothing is compared yet' },
    small: {
      of: 'small',
      job: true,
      query: (sources) => compared(sources, 'small', 'small', { fileSuffix: '1_100' }),
      act: (page) => page.getByRole('main').getByRole('heading').first().waitFor(),
      alt: 'Two saves, tensor by tensor',
    },
    huge: {
      of: 'tensors',
      job: true,
      query: (sources) => compared(sources, 'tensors', 'tensors'),
      act: (page) => page.getByRole('grid', { name: 'Compared tensors' }).waitFor({ timeout: 180_000 }),
      alt: '497,000 tensors against themselves',
    },
    error: {
      of: 'small',
      job: true,
      query: (sources) => compared(sources, 'small', 'text'),
      alt: 'The other side cannot be read',
    },
  },
};

/** What is in no view: named as the files of their pictures. */
export const MORE: Readonly<Record<string, Picture & { readonly view: string }>> = {
  merge: {
    view: 'summary',
    of: 'small',
    act: async (page) => {
      await button('Merge into one model')(page);
      await page.getByRole('dialog').getByText('--out', { exact: true }).waitFor();
    },
    alt: 'Merging, with the files to come and the equal command',
  },
  picker: {
    view: 'summary',
    of: 'small',
    act: (page) => page.keyboard.press('Control+o'),
    alt: 'Opening a folder',
  },
  commands: {
    view: 'tensors',
    of: 'small',
    act: (page) => page.keyboard.press('Control+k'),
    alt: 'Every command by its name',
  },
  settings: { view: 'summary', of: 'small', act: button('Settings'), alt: 'Settings of the window' },
  values: { view: 'values', of: 'small', query: { tensor: WO }, alt: 'Values of a tensor' },
  tabs: {
    view: 'ranks',
    of: 'small',
    query: { filter: '!adam' },
    act: async (page, { ranks }) => {
      await button('New tab')(page);
      await page.getByRole('textbox', { name: 'Path on the host' }).fill(ranks);
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await page.getByRole('main').getByText('1,024 ranks').first().waitFor();
      await button('Side by side')(page);
      await page.getByRole('menuitem', { name: /llama_small/ }).click();
    },
    alt: 'Two checkpoints side by side',
  },
};

async function headersRead(page: Page): Promise<void> {
  await page
    .getByRole('main')
    .getByRole('heading', { name: /resume/ })
    .waitFor();
}
