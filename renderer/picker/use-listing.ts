import { useEffect, useState } from 'react';
import type { FolderListing } from '../../shared/api.ts';
import { asFault, type Fault } from '../../shared/errors.ts';
import { useAppStore } from '../store/app-store.ts';

export interface Listing {
  readonly folder: FolderListing | undefined;
  readonly fault: Fault | undefined;
  readonly loading: boolean;
}

/** The folder at `path` (the host's first root when absent); the last one stays while the next loads. */
export function useListing(path: string | undefined): Listing {
  const store = useAppStore();
  const [listing, setListing] = useState<Listing>({ folder: undefined, fault: undefined, loading: true });
  useEffect(() => {
    const abort = new AbortController();
    setListing((before) => ({ ...before, fault: undefined, loading: true }));
    store
      .getState()
      .listFolder(path, abort.signal)
      .then(
        (folder) => !abort.signal.aborted && setListing({ folder, fault: undefined, loading: false }),
        (error) =>
          !abort.signal.aborted &&
          setListing((before) => ({ folder: before.folder, fault: asFault(error), loading: false })),
      );
    return () => abort.abort();
  }, [store, path]);
  return listing;
}
