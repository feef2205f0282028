/**
 * What decoding raw float32 takes of the time that JSON.parse takes for the same tensor; test/bench/decode-cost.mjs
 * measures it. It leaves room for a header to be checked.
 */
export const BINARY_DECODE_SHARE = 0.02
