/** What the window remembers between visits: small JSON values. */
export interface Memory {
  read<T>(key: string, otherwise: T): T;
  write(key: string, value: unknown): void;
}

/** Memory in the browser's local storage; forgets silently where storage is full or not allowed. */
export function localMemory(storage: Storage): Memory {
  return {
    read<T>(key: string, otherwise: T): T {
      try {
        const text = storage.getItem(`shardscope.${key}`);
        return text === null ? otherwise : (JSON.parse(text) as T);
      } catch {
        return otherwise;
      }
    },
    write(key, value) {
      try {
        storage.setItem(`shardscope.${key}`, JSON.stringify(value));
      } catch {
        // Remembering is a convenience: a full storage must not stop the work.
      }
    },
  };
}

/** Calls `listener` when another window of this origin has written something else under `key`. */
export function whenWritten(key: string, listener: () => void): void {
  window.addEventListener('storage', (event) => event.key === `shardscope.${key}` && listener());
}

export function noMemory(): Memory {
  const values = new Map<string, unknown>();
  return {
    read: <T>(key: string, otherwise: T) => (values.has(key) ? (values.get(key) as T) : otherwise),
    write: (key, value) => void values.set(key, value),
  };
}
