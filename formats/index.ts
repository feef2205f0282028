export { replaceFile } from './file-replacement.js'
/** Bytes <-> Recording. */
export { readMeta, writeMeta } from './meta/meta-file.js'
export { openRecording } from './open.js'
export { sealRecording } from './seal.js'
export { type KeptVerification, readVerification, writeVerification } from './verification-file.js'
export { writeRecording } from './write.js'
