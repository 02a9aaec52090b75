import type { CallContext, Implementation } from '../../../shared/calls.ts';
import { refuse } from '../../../shared/errors.ts';
import type { FileList, ListedFile } from '../../../shared/files.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import type { OpenedCheckpoints } from '../opened.ts';
import type { WorkerPool } from '../pool.ts';
import { fileDetail } from './file-detail.ts';
import { HeaderTrees } from './header-tree.ts';
import { listFiles } from './list-files.ts';

type FilesMethod = 'files.list' | 'file.detail' | 'file.header' | 'file.text' | 'file.find' | 'file.bytes';

export interface FilesContext {
  readonly opened: OpenedCheckpoints;
  readonly pool: WorkerPool;
  readonly roots: readonly string[];
  withSignal<T>(call: CallContext, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** The methods of the contract that are about files: any that `files.list` gives, and no others. */
export function filesMethods(context: FilesContext): Pick<Implementation, FilesMethod> {
  const { opened, pool, roots, withSignal } = context;
  const trees = new HeaderTrees({ pool, roots });
  const lists = new WeakMap<OpenCheckpoint, FileList>();

  async function list(checkpoint: OpenCheckpoint, signal: AbortSignal): Promise<FileList> {
    const files = await listFiles(checkpoint, { pool, roots, signal });
    lists.set(checkpoint, files);
    return files;
  }

  /** Refuses API_FORBIDDEN for a path that is no file of the checkpoint. */
  async function fileOf(checkpoint: OpenCheckpoint, path: string, signal: AbortSignal): Promise<ListedFile> {
    const { files } = lists.get(checkpoint) ?? (await list(checkpoint, signal));
    const file = files.find((one) => one.path === path);
    if (file) return file;
    return refuse(
      'API_FORBIDDEN',
      `${path} is no file of the checkpoint that is open.`,
      'Open the checkpoint again to see what lies in its folder now.',
      { file: path },
    );
  }

  /** Runs `use` on a file of an opened checkpoint. */
  const using = <T>(
    input: { readonly checkpoint: string; readonly path: string },
    call: CallContext,
    use: (file: ListedFile, signal: AbortSignal) => Promise<T>,
  ): Promise<T> =>
    withSignal(call, async (signal) => {
      const checkpoint = opened.get(input.checkpoint);
      return use(await fileOf(checkpoint, input.path, signal), signal);
    });

  return {
    'files.list': (input, call) => withSignal(call, (signal) => list(opened.get(input.checkpoint), signal)),
    'file.detail': (input, call) =>
      using(input, call, (file, signal) =>
        fileDetail(opened.get(input.checkpoint), file, { pool, roots, signal }),
      ),
    'file.header': (input, call) =>
      using(input, call, ({ path }) =>
        trees.use(path, (tree) => tree.page(input.open, input.offset, input.limit)),
      ),
    'file.text': (input, call) =>
      using(input, call, ({ path }) => trees.use(path, (tree) => tree.text(input.open, input.row))),
    'file.find': (input, call) =>
      using(input, call, ({ path }) => trees.use(path, (tree) => tree.find(input.text, input))),
    'file.bytes': ({ offset, length, ...input }, call) =>
      using(input, call, ({ path }, signal) =>
        pool.run({ type: 'read-bytes', path, roots, offset, length }, signal),
      ),
  };
}
