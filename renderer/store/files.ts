import type { Input, Output } from '../../shared/api.ts';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { FileDetail, FileList } from '../../shared/files.ts';
import type { SliceContext } from './slice.ts';

/** Methods that are about a part of the open checkpoint's files. */
type FileMethod = 'file.header' | 'file.text' | 'file.find' | 'file.bytes';

/** The files of the open checkpoint, and the one that is explained. */
export interface FilesSlice {
  /** Of the checkpoint with this id; still of the one before while it is read again. */
  readonly fileList: (FileList & { readonly checkpoint: string }) | undefined;
  readonly fileListFault: Fault | undefined;
  /** By its name below the opened folder; the first (or the first that is wrong) when undefined. */
  readonly pickedFile: string | undefined;
  /** Of the file that was asked for last; still of the one before while it is on its way. */
  readonly fileDetail: FileDetail | undefined;
  readonly fileDetailFault: Fault | undefined;
  loadFiles(): Promise<void>;
  loadFileDetail(path: string): Promise<void>;
  pickFile(name: string | undefined): void;
  /** Asks about a file. Throws the engine's fault; a checkpoint that it forgot is opened again. */
  askFile<M extends FileMethod>(
    method: M,
    input: Omit<Input<M>, 'checkpoint'>,
    signal: AbortSignal,
  ): Promise<Output<M>>;
}

export function filesSlice({ set, get, client }: SliceContext): FilesSlice {
  let call = new AbortController();
  let detailCall = new AbortController();

  async function ask<M extends FileMethod | 'file.detail'>(
    method: M,
    input: Omit<Input<M>, 'checkpoint'>,
    signal: AbortSignal,
  ): Promise<Output<M>> {
    // That the parts make a whole is known to `Omit` only.
    const whole = { ...input, checkpoint: get().checkpoint?.id ?? '' } as unknown as Input<M>;
    return client.call(method, whole, signal);
  }

  return {
    fileList: undefined,
    fileListFault: undefined,
    pickedFile: undefined,
    async loadFiles() {
      const { checkpoint } = get();
      call.abort();
      call = new AbortController();
      const mine = call;
      if (checkpoint === undefined) return set({ fileList: undefined, fileListFault: undefined });
      set({ fileListFault: undefined });
      try {
        const list = await client.call('files.list', { checkpoint: checkpoint.id }, mine.signal);
        if (mine === call) set({ fileList: { ...list, checkpoint: checkpoint.id } });
      } catch (error) {
        const fault = asFault(error);
        if (mine !== call || fault.code === 'CANCELLED') return;
        set({ fileListFault: fault });
      }
    },
    pickFile: (pickedFile) => set({ pickedFile }),
    fileDetail: undefined,
    fileDetailFault: undefined,
    async loadFileDetail(path) {
      detailCall.abort();
      detailCall = new AbortController();
      const mine = detailCall;
      try {
        const fileDetail = await ask('file.detail', { path }, mine.signal);
        if (mine === detailCall) set({ fileDetail, fileDetailFault: undefined });
      } catch (error) {
        if (mine === detailCall) set({ fileDetail: undefined, fileDetailFault: asFault(error) });
      }
    },
    askFile: ask,
  };
}
