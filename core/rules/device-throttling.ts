import { deviceClock } from '../facts/device-clock.js'
import { queueing } from '../facts/queueing.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import type { Evidence } from '../model/evidence.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { MIN_THROTTLED, USUAL_RATIO, whyNotThrottled } from './throttled-clock.js'
import { count, ms, percent } from './wording.js'

// Below a tenth of p95, removing all of it would not be noticed beside run-to-run noise.
const MIN_COST_SHARE = 0.1
const BUSY_LIMIT = 0.8

/** Power or heat keeps the GPU's clock down while it has work. */
export const deviceThrottling = defineRule({
  id: 'device-throttling',
  title: 'The GPU runs below its clock',
  stage: 'model',
  symptomOf: [],
  needs: [traffic, stageTimes, deviceClock, target],
  judge({ traffic: measured, stageTimes: times, deviceClock: clock, target: goal }, facts) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const { gpu, ratio, throttled, busyFraction } = clock
    const runs = `${gpu} runs at ${percent(ratio)} of its clock`
    const fine = whyNotThrottled(clock)
    if (fine !== null) return clear(fine)
    const station = facts.find(queueing)?.stations.find(({ kind }) => kind === 'device')
    const less = station === undefined ? 0 : 1 - waitFactor(station.busyFraction, station.busyFraction * ratio)
    const modelMs = stageColumn(times, 'model')
    const addedMs = modelMs.map((spent, i) => spent * (1 - ratio) + less * (station?.waitMs[i] ?? 0))
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${runs}; a full one would take only ${ms(costMs)} off p95`)
    const evidence: Evidence[] = [
      {
        kind: 'metric',
        label: 'clock over its maximum',
        value: ratio,
        unit: 'fraction',
        limit: { value: USUAL_RATIO, reason: 'boost clocks are rarely held under full load' },
      },
      { kind: 'metric', label: 'device busy', value: busyFraction, unit: 'fraction' },
    ]
    if (throttled !== null) {
      evidence.push({
        kind: 'metric',
        label: 'time throttled for power or heat',
        value: throttled,
        unit: 'fraction',
        limit: { value: MIN_THROTTLED, reason: 'shorter dips are how a GPU finds its power limit' },
      })
    }
    const conditions = [
      ...(clock.temperature === null ? [] : [`${count(clock.temperature)} degrees C`]),
      ...(clock.power === null ? [] : [`${count(clock.power)} W`]),
    ].join(', ')
    const fullClock = `device.speed=${Number((1 / ratio).toPrecision(2))}x`
    return fired({
      confidence: throttled === null ? 'medium' : goal.state === 'missed' ? 'high' : 'medium',
      harm: busyFraction >= BUSY_LIMIT ? 'capacity' : 'latency',
      summary: `${gpu} runs at ${percent(ratio)} of its clock (${Math.round(clock.clockMhz)} of ${Math.round(clock.maxClockMhz)} MHz)${throttled === null ? '' : `, throttled ${percent(throttled)} of the time`}${conditions === '' ? '' : `, at ${conditions}`}.`,
      costSentence: (cost) => `At its full clock about ${cost} would go.`,
      clause: `${gpu} is throttled to ${percent(ratio)} of its clock`,
      removal: {
        addedMs,
        change: fullClock,
        method:
          "removal: each request's model time in proportion to the clock, and the share of its wait for the device that a device at full clock would not cause (Pollaczek-Khinchine)",
      },
      evidence,
      fixes: [
        fix('Cool it better, or raise its power limit', fullClock),
        fix('Spread the load over more devices', 'instances=2'),
      ],
    })
  },
})
