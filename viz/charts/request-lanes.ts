import type { RequestFlame, RequestFrame } from '../../core/model/charts.js'
import { formatBytes, formatMs, formatPercent, plural } from '../format.js'
import { type Html, html } from '../html.js'
import { stageClass, stageTextClass } from '../stage-style.js'
import { percentOf } from '../ticks.js'

/** Left edge and width of a request's picture, in ms. */
export type TimeScale = { readonly fromMs: number; readonly spanMs: number }

type Owner = RequestFlame['loop'][number]['owner']

const ROW = 26
const LANE = 22
/** Room for a character as a share of a wide screen; the script hides what does not fit a narrow one. */
const CHARACTER_SHARE = 0.0075
const OWNERS: Readonly<Record<Owner, string>> = {
  self: 'this request',
  other: 'another request',
  unknown: 'this request or another',
}

/** The request's stages, nested by time. */
export function frameLane(frames: readonly RequestFrame[], scale: TimeScale): Html {
  const depth = frames.reduce((deepest, frame) => Math.max(deepest, frame.depth), 0)
  return html`<svg role="list" aria-label="Stages in time order" width="100%" height="${(depth + 1) * ROW}">${frames.map(
    (frame) => {
      const tookMs = frame.endMs - frame.startMs
      const tip = html`${frame.stage}: ${formatMs(tookMs)}
from ${formatMs(frame.startMs)} to ${formatMs(frame.endMs)}${frame.thread === '' ? '' : `, ${frame.thread}`}${frame.bytes === null ? '' : `, ${formatBytes(frame.bytes)}`}`
      return html`<svg class="frame ${frame.kind}" role="listitem" tabindex="0" ${place(frame.startMs, frame.endMs, scale)} y="${frame.depth * ROW}" height="${ROW - 2}"><title>${tip}</title><rect class="${stageClass(frame.stage)}" width="100%" height="100%" rx="2"/>${label(`${frame.stage} ${formatMs(tookMs)}`, tookMs, scale, stageTextClass(frame.stage))}</svg>`
    },
  )}</svg>`
}

/** The batch while it collected and while it ran; a tick where each request joined. */
export function batchLane(batch: NonNullable<RequestFlame['batch']>, scale: TimeScale): Html {
  const size = batch.capacity === null ? `${batch.size}` : `${batch.size} of ${batch.capacity}`
  const openMs = batch.startedMs - batch.openedMs
  const runMs = batch.endedMs - batch.startedMs
  return html`<svg role="img" aria-label="Batch of ${size}, released: ${batch.reason}" width="100%" height="${LANE + 8}">
<svg class="frame" ${place(batch.openedMs, batch.startedMs, scale)} height="${LANE}" y="8"><title>batch collects for ${formatMs(openMs)}
${plural(batch.mates.length, 'request')} joined; released: ${batch.reason}</title><rect class="batch-open" width="100%" height="100%" rx="2"/>${label(`collecting ${size}`, openMs, scale, '')}</svg>
<svg class="frame" ${place(batch.startedMs, batch.endedMs, scale)} height="${LANE}" y="8"><title>device runs the batch for ${formatMs(runMs)}
${size} slots used</title><rect class="${stageClass('model')}" width="100%" height="100%" rx="2"/>${label(`running ${formatMs(runMs)}`, runMs, scale, stageTextClass('model'))}</svg>
${batch.mates.map((mate) => {
  const x = percentOf(mate.enqueuedMs - scale.fromMs, scale.spanMs)
  return html`<g class="mate${mate.self ? ' self' : ''}"><title>${mate.self ? 'this request' : 'a batch mate'} joined at ${formatMs(mate.enqueuedMs)}</title><line x1="${x}" x2="${x}" y1="0" y2="12"/></g>`
})}</svg>`
}

/** Whose work the event loop did meanwhile, coloured by stage; gaps are idle. */
export function loopLane(loop: RequestFlame['loop'], scale: TimeScale): Html {
  if (loop.length === 0) return html`<p class="muted">not measured</p>`
  const busyMs: Record<Owner, number> = { self: 0, other: 0, unknown: 0 }
  for (const slice of loop) busyMs[slice.owner] += slice.toMs - slice.fromMs
  const summary = (Object.keys(OWNERS) as Owner[])
    .filter((owner) => busyMs[owner] > 0)
    .map((owner) => `${OWNERS[owner]} ${formatPercent(busyMs[owner] / scale.spanMs)}`)
    .join(', ')
  return html`<svg role="img" aria-label="Event loop busy with: ${summary}" width="100%" height="${LANE}"><rect class="track" width="100%" height="${LANE}" rx="2"/>${loop.map(
    (slice) => {
      const tookMs = slice.toMs - slice.fromMs
      return html`<svg class="loop ${slice.owner}" ${place(slice.fromMs, slice.toMs, scale)} height="${LANE}"><title>${slice.label}, for ${OWNERS[slice.owner]}
${formatMs(tookMs)}</title>${ownedRects(slice.stage)}</svg>`
    },
  )}</svg>`
}

/** A swatch for the legend of the event-loop lane. */
export function loopKey(owner: Owner): Html {
  return html`<svg class="swatch" width="12" height="12" aria-hidden="true"><svg class="loop ${owner}">${ownedRects('deserialize')}</svg></svg>`
}

function ownedRects(stage: string | null): Html {
  return html`<rect class="${stageClass(stage)}" width="100%" height="100%"/><rect class="owner-mark" width="100%" height="4"/>`
}

function place(fromMs: number, toMs: number, scale: TimeScale): Html {
  return html`x="${percentOf(fromMs - scale.fromMs, scale.spanMs)}" width="${percentOf(Math.max(0, toMs - fromMs), scale.spanMs)}"`
}

function label(text: string, tookMs: number, scale: TimeScale, colour: string): Html | null {
  if (tookMs / scale.spanMs < text.length * CHARACTER_SHARE) return null
  return html`<text class="label ${colour}" x="6" y="15" aria-hidden="true">${text}</text>`
}
