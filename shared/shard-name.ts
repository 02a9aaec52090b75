/** Longest path and longest part of one, in UTF-8 bytes: Windows' and Linux' limits for names are 255. */
const MAX_PATH = 1024;
const MAX_PART = 255;

/** Whether a file name is one of Windows' devices, with any extension: opening it there opens the device, not a file. */
export function isDeviceName(name: string): boolean {
  return /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i.test(name);
}

/**
 * Why an index's shard name must not be joined to a folder, in words after "which …", or `undefined` when it is
 * safe: relative, with `/` between folders, below the folder, a `.safetensors` file. Both POSIX and Windows
 * rules count on every system, and before anything touches the disk: looking up `\\host\share` already sends
 * the user's credentials there (huggingface_hub, CVE-2026-15717).
 */
export function shardNameProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (new TextEncoder().encode(name).length > MAX_PATH) return `is longer than ${MAX_PATH} bytes`;
  if (/\p{Cc}/u.test(name)) return 'holds a control character';
  if (name.includes('\\')) return 'holds a backslash, a folder separator on Windows';
  if (name.includes(':')) return 'holds a colon, as drives and web addresses do';
  if (name.startsWith('/')) return 'is an absolute path';
  for (const part of name.split('/')) {
    if (part === '..') return "leaves the index's folder";
    if (part === '.' || part === '') return 'has an empty part';
    if (new TextEncoder().encode(part).length > MAX_PART) return `has a part longer than ${MAX_PART} bytes`;
    if (/[. ]$/.test(part)) return 'has a part that ends in a dot or a space';
    if (isDeviceName(part)) return 'is the name of a device on Windows';
  }
  if (!name.endsWith('.safetensors')) return 'is no .safetensors file';
  return undefined;
}
