/**
 * The closed list of everything Shardscope can say no to. A fault is data: it crosses threads, sockets and
 * IPC unchanged, and one table gives it an exit code (README, "Command line") and an HTTP status.
 */

/** What a kind of fault means to the outside: exit code of the command line, status of the HTTP host. */
interface FaultClass {
  readonly exit: 1 | 2 | 3 | 4 | 130;
  readonly http: 400 | 401 | 403 | 404 | 408 | 409 | 413 | 422 | 500 | 503 | 507;
}

const usage: FaultClass = { exit: 2, http: 400 };
const damaged: FaultClass = { exit: 3, http: 422 };
const io: FaultClass = { exit: 4, http: 500 };

export const FAULTS = {
  // safetensors files (rules and order: safetensors tensor.rs)
  ST_TOO_SHORT: damaged,
  ST_HEADER_TOO_LARGE: damaged,
  ST_HEADER_LENGTH: damaged,
  ST_UTF8: damaged,
  ST_JSON: damaged,
  ST_STRUCTURE: damaged,
  ST_DTYPE: damaged,
  ST_DUPLICATE: damaged,
  ST_OFFSETS: damaged,
  ST_OVERFLOW: damaged,
  ST_MISALIGNED: damaged,
  ST_SIZE_MISMATCH: damaged,
  ST_TRUNCATED: damaged,
  ST_TRAILING: damaged,
  ST_NOT_SAFETENSORS: damaged,
  // MindSpore .ckpt files
  CK_WIRE: damaged,
  CK_LENGTH: damaged,
  CK_SLICES: damaged,
  CK_DUPLICATE: damaged,
  CK_DTYPE: damaged,
  CK_CRC: damaged,
  CK_ENCRYPTED: damaged,
  // strategies and what they mean for the files
  SG_PARSE: damaged,
  SG_LAYOUT: damaged,
  SG_STAGES: damaged,
  SG_DEVICES: damaged,
  SG_SHAPE: damaged,
  SG_COVERAGE: damaged,
  SG_UNEVEN: damaged,
  SG_NOT_FOUND: damaged,
  // weight indexes
  IX_PARSE: damaged,
  IX_PATH: damaged,
  IX_MISSING_SHARD: damaged,
  IX_MISMATCH: damaged,
  // checkpoints as a whole
  CP_UNKNOWN_KIND: damaged,
  CP_NOT_DISTRIBUTED: damaged,
  CP_AMBIGUOUS: damaged,
  CP_STEP: damaged,
  CP_CONFLICT: damaged,
  CP_EMPTY: damaged,
  CP_NO_TENSOR: damaged,
  /** A model's config.json that is no JSON, or whose counts are missing or contradict each other. */
  CP_CONFIG: damaged,
  /** A name map that is no JSON object of texts. */
  CP_NAMES: damaged,
  /** A value would become infinite in the dtype that a job casts to, and the job was to allow none. */
  CP_OVERFLOW: damaged,
  // the report of a job, and folders that are not as theirs says
  RP_PARSE: damaged,
  RP_MISMATCH: damaged,
  // output
  OUT_EXISTS: { exit: 4, http: 409 },
  OUT_IS_SOURCE: { exit: 4, http: 409 },
  OUT_SPACE: { exit: 4, http: 507 },
  OUT_BUSY: { exit: 4, http: 409 },
  /** Shares of a split job are missing, and it was to be finished. */
  OUT_INCOMPLETE: { exit: 4, http: 409 },
  OUT_WRITE: io,
  OUT_VERIFY: io,
  // reading
  IO_NOT_FOUND: { exit: 4, http: 404 },
  IO_PERMISSION: { exit: 4, http: 403 },
  IO_NOT_REGULAR: { exit: 3, http: 422 },
  IO_READ: io,
  IO_SOURCE_CHANGED: { exit: 4, http: 409 },
  // the boundary
  API_INPUT: usage,
  API_METHOD: usage,
  API_FORBIDDEN: { exit: 4, http: 403 },
  /** The browser did not show the secret of this server's address. */
  API_TOKEN: { exit: 4, http: 401 },
  API_DISCONNECTED: { exit: 4, http: 503 },
  /** The checkpoint handle is not open (the engine restarted, or it was closed): open the path again. */
  API_NOT_OPEN: { exit: 2, http: 404 },
  API_BUSY: { exit: 4, http: 503 },
  USAGE: usage,
  CANCELLED: { exit: 130, http: 408 },
  INTERNAL: io,
} as const satisfies Record<string, FaultClass>;

export type FaultCode = keyof typeof FAULTS;

export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(FAULTS, code);
}

/** One refusal, as data. `message` is a whole sentence with the numbers in it; `advice` says what to do. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly advice: string;
  /** Path of the file (or folder) at fault. */
  readonly file?: string;
  /** Tensor or parameter name, unescaped: escape with `text/escape.ts` before showing. */
  readonly tensor?: string;
  readonly rank?: number;
  readonly expected?: string;
  readonly found?: string;
}

/** A fault on its way up. The only exception type that the engine throws on purpose. */
export class ShardscopeError extends Error {
  override readonly name = 'ShardscopeError';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Throws a fault. `undefined` extras are dropped so that faults stay JSON-equal across transports. */
export function refuse(
  code: FaultCode,
  message: string,
  advice: string,
  where: { [K in 'file' | 'tensor' | 'expected' | 'found']?: string | undefined } & {
    rank?: number | undefined;
  } = {},
): never {
  throw new ShardscopeError(fault(code, message, advice, where));
}

export function fault(
  code: FaultCode,
  message: string,
  advice: string,
  where: { [K in 'file' | 'tensor' | 'expected' | 'found']?: string | undefined } & {
    rank?: number | undefined;
  } = {},
): Fault {
  const { file, tensor, rank, expected, found } = where;
  return {
    code,
    message,
    advice,
    ...(file !== undefined && { file }),
    ...(tensor !== undefined && { tensor }),
    ...(rank !== undefined && { rank }),
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
  };
}

/** Adds the file to a fault thrown by code that sees only bytes (parsers know no paths). */
export function withFile<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ShardscopeError && error.fault.file === undefined)
      throw new ShardscopeError({ ...error.fault, file });
    throw error;
  }
}

/** Turns anything thrown into a fault; what is not ours is a bug and says so, without a stack trace. */
export function asFault(error: unknown): Fault {
  if (error instanceof ShardscopeError) return error.fault;
  const text = error instanceof Error ? error.message : String(error);
  return fault(
    'INTERNAL',
    `unexpected: ${text}`,
    'This is a fault in Shardscope. Run the command line with --debug for details and report it.',
  );
}

export function exitCodeOf(f: Fault): number {
  return FAULTS[f.code].exit;
}

export function httpStatusOf(f: Fault): (typeof FAULTS)[FaultCode]['http'] {
  return FAULTS[f.code].http;
}
