import type { Fact } from '../../facts/fact.js'
import { type Calibration, calibrate } from './calibrate.js'

/** Learnt and replayed once for a recording, however many predictions rest on it. */
export const serviceCalibration: Fact<'serviceCalibration', Calibration> = {
  id: 'serviceCalibration',
  derive: calibrate,
}
