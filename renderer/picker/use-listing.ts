import { useEffect, useState } from 'react';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { FolderListing } from '../../shared/host.ts';
import { useWorkspaceStore } from '../store/workspace.ts';

export interface Listing {
  readonly folder: FolderListing | undefined;
  readonly fault: Fault | undefined;
  readonly loading: boolean;
}

/** The folder at `path` (the host's first root when absent); the last one stays while the next loads. */
export function useListing(path: string | undefined): Listing {
  const workspace = useWorkspaceStore();
  const [listing, setListing] = useState<Listing>({ folder: undefined, fault: undefined, loading: true });
  useEffect(() => {
    const abort = new AbortController();
    setListing((before) => ({ ...before, fault: undefined, loading: true }));
    workspace
      .getState()
      .listFolder(path, abort.signal)
      .then(
        (folder) => !abort.signal.aborted && setListing({ folder, fault: undefined, loading: false }),
        (error) =>
          !abort.signal.aborted &&
          setListing((before) => ({ folder: before.folder, fault: asFault(error), loading: false })),
      );
    return () => abort.abort();
  }, [workspace, path]);
  return listing;
}
