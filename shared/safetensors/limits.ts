/** Limit of safetensors' tensor.rs (MAX_HEADER_SIZE), in bytes; exactly this many pass. */
export const MAX_HEADER_LENGTH = 100_000_000;

/** Bytes of the length field before the header. */
export const PREFIX_LENGTH = 8;

/** The one key of the header that is no tensor. */
export const METADATA_KEY = '__metadata__';
