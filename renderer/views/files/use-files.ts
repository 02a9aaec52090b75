import { useEffect } from 'react';
import type { FileDetail, FileList, ListedFile } from '../../../shared/files.ts';
import { useApp } from '../../store/app-store.ts';

/** The files of the open checkpoint; undefined until they were listed. */
export function useFiles(): FileList | undefined {
  const id = useApp((state) => state.checkpoint?.id);
  const list = useApp((state) => state.fileList);
  return list?.checkpoint === id ? list : undefined;
}

/** Lists the files of the checkpoint that is open now. */
export function useLoadedFiles(): void {
  const id = useApp((state) => state.checkpoint?.id);
  const load = useApp((state) => state.loadFiles);
  useEffect(() => {
    if (id !== undefined) void load();
  }, [id, load]);
}

/** The file that is explained: the picked one, else the first that is wrong, else the first. */
export function usePickedFile(): ListedFile | undefined {
  const files = useFiles()?.files;
  const picked = useApp((state) => state.pickedFile);
  return (
    files?.find(({ name }) => name === picked) ??
    files?.find(({ severity }) => severity === 'error') ??
    files?.[0]
  );
}

/** Everything about a file of the open checkpoint; undefined while it is on its way. */
export function useFileDetail(path: string | undefined): FileDetail | undefined {
  const detail = useApp((state) => state.fileDetail);
  return detail?.path === path ? detail : undefined;
}

/** Asks for it, anew when the checkpoint was opened again. */
export function useLoadedDetail(path: string | undefined): void {
  const id = useApp((state) => state.checkpoint?.id);
  const load = useApp((state) => state.loadFileDetail);
  useEffect(() => {
    if (id !== undefined && path !== undefined) void load(path);
  }, [id, path, load]);
}
