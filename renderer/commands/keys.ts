/** The part of a keyboard event that says which keys are down. */
export type KeysDown = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * Keys as commands name them: `mod+k` (Ctrl, on a Mac also ⌘), `alt+ArrowLeft`, `?` (whatever it takes to type it), and
 * `g t` for two keys one after the other.
 */
export function strokesOf(keys: string): readonly string[] {
  return keys.split(' ');
}

/** Whether an event is a stroke: with these modifiers and no others. */
export function isStroke(stroke: string, event: KeysDown): boolean {
  const parts = stroke.split('+');
  const key = parts.at(-1) ?? '';
  const letter = /^[a-z]$/.test(key) || key.length > 1;
  return (
    keyOf(event) === key.toLowerCase() &&
    (event.ctrlKey || event.metaKey) === parts.includes('mod') &&
    event.altKey === parts.includes('alt') &&
    // A sign such as ? may need Shift, on one keyboard and not on another.
    (!letter || event.shiftKey === parts.includes('shift'))
  );
}

/** With Alt a Mac types signs (∑ for W): there the place of the key says which one it is. */
function keyOf({ key, code, altKey }: KeysDown): string {
  const letter = altKey && key > '~' ? /^(?:Key|Digit)(.)$/.exec(code)?.[1] : undefined;
  return (letter ?? key).toLowerCase();
}

/** Whether a stroke is a plain character, as is also typed into fields. */
export function isPlain(stroke: string): boolean {
  return stroke.length === 1;
}

const WORDS: Readonly<Record<string, string>> = {
  mod: 'Ctrl',
  alt: 'Alt',
  Escape: 'Esc',
  shift: 'Shift',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** The caps to press, in order: "Ctrl", "K". */
export function capsOf(keys: string): readonly string[] {
  return strokesOf(keys).flatMap((stroke) => {
    const parts = stroke.split('+');
    // Letters are large only on caps that are held together with another.
    return parts.map((part) => WORDS[part] ?? (parts.length > 1 ? part.toUpperCase() : part));
  });
}
