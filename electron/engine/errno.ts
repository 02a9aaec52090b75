import { type FaultCode, fault, ShardscopeError } from '../../shared/errors.ts';

/** The errno name of a Node file system error, or undefined for anything else thrown. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Node puts U+FFFD for the bytes of a name that are not UTF-8: what it then names is not there. */
export function isUnnamed(path: string): boolean {
  return path.includes('\ufffd');
}

type Words = readonly [code: FaultCode, message: (path: string) => string, advice: string];

const generic: Readonly<Record<string, Words>> = {
  ENOENT: ['IO_NOT_FOUND', (path) => `${path} does not exist.`, 'Check the path.'],
  ENOTDIR: [
    'IO_NOT_FOUND',
    (path) => `${path} does not exist: a part of the path is no folder.`,
    'Check the path.',
  ],
  ELOOP: [
    'IO_NOT_FOUND',
    (path) => `${path} leads through a loop of symbolic links.`,
    'Check the links on the path.',
  ],
  ENAMETOOLONG: [
    'IO_NOT_FOUND',
    (path) => `${path} has a name longer than the file system allows.`,
    'Use a shorter path.',
  ],
  ERR_INVALID_ARG_VALUE: [
    'IO_NOT_FOUND',
    (path) => `${path} is no possible path (it has a NUL byte).`,
    'Check the path.',
  ],
  EACCES: [
    'IO_PERMISSION',
    (path) => `${path} is not permitted to this user.`,
    'Check the owner and mode of it and its folders.',
  ],
  EMFILE: [
    'IO_READ',
    (path) => `${path} cannot be opened: too many open files.`,
    'Raise the limit (ulimit -n).',
  ],
  EPERM: [
    'IO_PERMISSION',
    (path) => `${path} is not permitted by the system.`,
    'Check its owner, mode and attributes.',
  ],
};

const unnamed: Words = [
  'IO_NOT_FOUND',
  (path) => `${path} cannot be reached: a name in it is not UTF-8 (\ufffd stands for what is not).`,
  'Rename it.',
];

const reading: Readonly<Record<string, Words>> = {
  ...generic,
  ENXIO: [
    'IO_NOT_REGULAR',
    (path) => `${path} is a socket or device, no file.`,
    'Name a weight file or a folder of them.',
  ],
  EIO: [
    'IO_READ',
    (path) => `${path} cannot be read: the disk or network drive failed (EIO).`,
    'Check the drive, then try again.',
  ],
};

const writing: Readonly<Record<string, Words>> = {
  ...generic,
  EROFS: [
    'IO_PERMISSION',
    (path) => `${path} is on a read-only file system.`,
    'Choose another output folder.',
  ],
  ENOSPC: [
    'OUT_SPACE',
    (path) => `${path} cannot be written: the disk is full.`,
    'Free some space or choose another volume.',
  ],
  EDQUOT: [
    'OUT_SPACE',
    (path) => `${path} cannot be written: the disk quota is used up.`,
    'Free some space or choose another volume.',
  ],
  EFBIG: [
    'OUT_SPACE',
    (path) =>
      `${path} cannot be written: it is larger than its file system (FAT32: 4 GiB) or this process (ulimit -f) allows.`,
    'Make smaller files (--max-shard-size), choose another volume, or raise the limit.',
  ],
  EIO: [
    'OUT_WRITE',
    (path) => `${path} cannot be written: the disk or network drive failed (EIO).`,
    'Check the drive, then try again.',
  ],
};

/** What a failed read, open or stat of `path` means, as the one exception type of the engine. */
export function readError(error: unknown, path: string): ShardscopeError {
  return translate(error, path, reading, [
    'IO_READ',
    () => `${path} cannot be read: ${reasonOf(error)}.`,
    'Check the drive, then try again.',
  ]);
}

/** What a failed write, mkdir, rename or fsync of `path` means; `context` adds a sentence with numbers. */
export function writeError(error: unknown, path: string, context = ''): ShardscopeError {
  const other: Words = [
    'OUT_WRITE',
    () => `${path} cannot be written: ${reasonOf(error)}.`,
    'Check the drive, then try again.',
  ];
  return translate(error, path, writing, other, context);
}

function translate(
  error: unknown,
  path: string,
  table: Readonly<Record<string, Words>>,
  other: Words,
  context = '',
): ShardscopeError {
  if (error instanceof ShardscopeError) return error;
  const errno = errnoOf(error);
  const words = errno === 'ENOENT' && isUnnamed(path) ? unnamed : errno && table[errno];
  const [code, message, advice] = words || other;
  const tail = context === '' ? '' : ` ${context}`;
  return new ShardscopeError(fault(code, `${message(path)}${tail}`, advice, { file: path, found: errno }));
}

function reasonOf(error: unknown): string {
  return errnoOf(error) ?? (error instanceof Error ? error.message : String(error));
}
