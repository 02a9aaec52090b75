/**
 * The dtype table: the 22 dtypes of safetensors 0.8.0 (README and tensor.rs), with their names in MindSpore
 * `.ckpt` files (`tensor_type`) and in NumPy / ml_dtypes.
 */
interface DtypeRow {
  /** Bits of one element; F4 and F6 types are packed, so a tensor's bits must come to whole bytes. */
  readonly bits: number;
  /** `tensor_type` in a MindSpore `.ckpt`, where MindSpore has the type. */
  readonly mindspore?: string;
  readonly numpy: string;
}

export const DTYPES = {
  BOOL: { bits: 8, mindspore: 'Bool', numpy: 'bool' },
  F4: { bits: 4, numpy: 'float4_e2m1fn' },
  F6_E2M3: { bits: 6, numpy: 'float6_e2m3fn' },
  F6_E3M2: { bits: 6, numpy: 'float6_e3m2fn' },
  U8: { bits: 8, mindspore: 'UInt8', numpy: 'uint8' },
  I8: { bits: 8, mindspore: 'Int8', numpy: 'int8' },
  F8_E5M2: { bits: 8, numpy: 'float8_e5m2' },
  F8_E4M3: { bits: 8, numpy: 'float8_e4m3fn' },
  F8_E8M0: { bits: 8, numpy: 'float8_e8m0fnu' },
  F8_E4M3FNUZ: { bits: 8, numpy: 'float8_e4m3fnuz' },
  F8_E5M2FNUZ: { bits: 8, numpy: 'float8_e5m2fnuz' },
  I16: { bits: 16, mindspore: 'Int16', numpy: 'int16' },
  U16: { bits: 16, mindspore: 'UInt16', numpy: 'uint16' },
  F16: { bits: 16, mindspore: 'Float16', numpy: 'float16' },
  BF16: { bits: 16, mindspore: 'BFloat16', numpy: 'bfloat16' },
  I32: { bits: 32, mindspore: 'Int32', numpy: 'int32' },
  U32: { bits: 32, mindspore: 'UInt32', numpy: 'uint32' },
  F32: { bits: 32, mindspore: 'Float32', numpy: 'float32' },
  C64: { bits: 64, numpy: 'complex64' },
  F64: { bits: 64, mindspore: 'Float64', numpy: 'float64' },
  I64: { bits: 64, mindspore: 'Int64', numpy: 'int64' },
  U64: { bits: 64, mindspore: 'UInt64', numpy: 'uint64' },
} as const satisfies Record<string, DtypeRow>;

export type Dtype = keyof typeof DTYPES;

export const DTYPE_NAMES = Object.keys(DTYPES) as Dtype[];

const known = new Set<string>(DTYPE_NAMES);
export function isDtype(name: string): name is Dtype {
  return known.has(name);
}

export function bitsOf(dtype: Dtype): number {
  return DTYPES[dtype].bits;
}

const byMindSporeName = new Map<string, Dtype>();
for (const name of DTYPE_NAMES) {
  const row: DtypeRow = DTYPES[name];
  if (row.mindspore !== undefined) byMindSporeName.set(row.mindspore, name);
}

/** MindSpore 2.10.0 saves these and fails to load them; read here, they are not lost. Never written. */
const SAVED_ONLY = [
  ['Float8E4M3FN', 'F8_E4M3'],
  ['Float8E5M2', 'F8_E5M2'],
  ['Complex64', 'C64'],
] as const;
for (const [name, dtype] of SAVED_ONLY) byMindSporeName.set(name, dtype);

/** The dtype of a `.ckpt` `tensor_type`; packed Int4 lies in an I8 container (and `str` is text, no dtype). */
export function dtypeOfMindSpore(tensorType: string): Dtype | undefined {
  return tensorType === 'Int4' ? 'I8' : byMindSporeName.get(tensorType);
}

export function mindSporeNameOf(dtype: Dtype): string | undefined {
  const row: DtypeRow = DTYPES[dtype];
  return row.mindspore;
}
