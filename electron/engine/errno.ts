import { type FaultCode, fault, ShardscopeError } from '../../shared/errors.ts';

/** The errno name of a Node file system error, or undefined for anything else thrown. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

type Words = readonly [code: FaultCode, what: string, advice: string];

const generic: Readonly<Record<string, Words>> = {
  ENOENT: ['IO_NOT_FOUND', 'does not exist', 'Check the path.'],
  ENOTDIR: ['IO_NOT_FOUND', 'does not exist: a part of the path is no folder', 'Check the path.'],
  ELOOP: ['IO_NOT_FOUND', 'leads through a loop of symbolic links', 'Check the links on the path.'],
  ENAMETOOLONG: ['IO_NOT_FOUND', 'has a name longer than the file system allows', 'Use a shorter path.'],
  ERR_INVALID_ARG_VALUE: ['IO_NOT_FOUND', 'is no possible path (it has a NUL byte)', 'Check the path.'],
  EACCES: [
    'IO_PERMISSION',
    'is not permitted to this user',
    'Check the owner and mode of it and its folders.',
  ],
  EPERM: ['IO_PERMISSION', 'is not permitted by the system', 'Check its owner, mode and attributes.'],
};

const reading: Readonly<Record<string, Words>> = {
  ...generic,
  ENXIO: ['IO_NOT_REGULAR', 'is a socket or device, no file', 'Name a weight file or a folder of them.'],
  EMFILE: ['IO_READ', 'cannot be opened: too many open files', 'Raise the limit (ulimit -n).'],
  EIO: [
    'IO_READ',
    'cannot be read: the disk or network drive failed (EIO)',
    'Check the drive, then try again.',
  ],
};

const writing: Readonly<Record<string, Words>> = {
  ...generic,
  EROFS: ['IO_PERMISSION', 'is on a read-only file system', 'Choose another output folder.'],
  ENOSPC: ['OUT_SPACE', 'cannot be written: the disk is full', 'Free some space or choose another volume.'],
  EDQUOT: [
    'OUT_SPACE',
    'cannot be written: the disk quota is used up',
    'Free some space or choose another volume.',
  ],
  EFBIG: [
    'OUT_SPACE',
    'cannot be written: it is larger than the file system or the limit of this process (ulimit -f) allows',
    'Choose a smaller shard size, another volume, or raise the limit.',
  ],
  EIO: [
    'OUT_WRITE',
    'cannot be written: the disk or network drive failed (EIO)',
    'Check the drive, then try again.',
  ],
};

/** What a failed read, open or stat of `path` means, as the one exception type of the engine. */
export function readError(error: unknown, path: string): ShardscopeError {
  return translate(error, path, reading, 'IO_READ', 'cannot be read');
}

/** What a failed write, mkdir, rename or fsync of `path` means; `context` adds a sentence with numbers. */
export function writeError(error: unknown, path: string, context = ''): ShardscopeError {
  return translate(error, path, writing, 'OUT_WRITE', 'cannot be written', context);
}

function translate(
  error: unknown,
  path: string,
  table: Readonly<Record<string, Words>>,
  otherCode: FaultCode,
  otherWhat: string,
  context = '',
): ShardscopeError {
  if (error instanceof ShardscopeError) return error;
  const errno = errnoOf(error);
  const [code, what, advice] = (errno !== undefined && table[errno]) || [
    otherCode,
    `${otherWhat}: ${errno ?? (error instanceof Error ? error.message : String(error))}`,
    'Check the drive, then try again.',
  ];
  const tail = context === '' ? '' : ` ${context}`;
  return new ShardscopeError(fault(code, `${path} ${what}.${tail}`, advice, { file: path, found: errno }));
}
