import type { RequestFlame, RequestFlames, RequestFrame } from '../../core/model/charts.js'
import { formatBytes, formatMs, formatPercent, plural } from '../format.js'
import { type Html, html } from '../html.js'
import { dataTable } from '../section.js'
import { stageClass, stageTextClass } from '../stage-style.js'
import { percentOf, ticks } from '../ticks.js'

const ROW = 26
const LANE = 22
/** A frame narrower than this share of the width has no room for its name. */
const LABEL_SHARE = 0.05
const OWNERS = { self: 'this request', other: 'other requests', unknown: 'unknown work' } as const

type Scale = { readonly fromMs: number; readonly spanMs: number }

/** Real requests in time order, each with its batch and what the event loop did meanwhile. */
export function requestFlamesChart({ requests }: RequestFlames): Html {
  return html`<div class="request-flames">${requests.map(request)}
<ul class="legend"><li><svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="loop self" width="12" height="12" rx="2"/></svg><span>loop: this request</span></li><li><svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="loop other" width="12" height="12" rx="2"/></svg><span>loop: other requests</span></li><li><svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="loop unknown" width="12" height="12" rx="2"/></svg><span>loop: unknown work (gaps: idle)</span></li></ul></div>`
}

function request(flame: RequestFlame): Html {
  const scale = scaleOf(flame)
  return html`<article class="request" aria-label="${flame.label} request, ${formatMs(flame.totalMs)}">
<h3>${flame.label} <span>${formatMs(flame.totalMs)}</span> <small>status ${flame.status}, ${formatMs(flame.atMs)} into the recording</small></h3>
<div class="lane"><span class="lane-label">Request</span>${frames(flame.frames, scale)}</div>
${flame.batch === null ? null : html`<div class="lane"><span class="lane-label">Batch</span>${batchLane(flame.batch, scale)}</div>`}
<div class="lane"><span class="lane-label">Event loop</span>${loopLane(flame.loop, scale)}</div>
<div class="lane axis-lane"><span class="lane-label"></span>${axis(scale)}</div>
${dataTable(
  `${flame.label} request as a table`,
  ['Stage', 'Kind', 'From', 'To', 'Took', 'Thread', 'Bytes'],
  flame.frames.map((frame) => [
    frame.stage,
    frame.kind,
    formatMs(frame.startMs),
    formatMs(frame.endMs),
    formatMs(frame.endMs - frame.startMs),
    frame.thread,
    frame.bytes === null ? '' : formatBytes(frame.bytes),
  ]),
)}
</article>`
}

/** The batch may open before the request joins it and end after; the axis holds both. */
function scaleOf({ totalMs, batch }: RequestFlame): Scale {
  const fromMs = Math.min(0, batch === null ? 0 : batch.openedMs)
  const toMs = Math.max(totalMs, batch === null ? 0 : batch.endedMs, 1e-6)
  return { fromMs, spanMs: toMs - fromMs }
}

function frames(all: readonly RequestFrame[], scale: Scale): Html {
  const depth = all.reduce((deepest, frame) => Math.max(deepest, frame.depth), 0)
  return html`<svg role="list" aria-label="Stages in time order" width="100%" height="${(depth + 1) * ROW}">${all.map(
    (frame) => {
      const took = frame.endMs - frame.startMs
      return html`<svg class="frame ${frame.kind}" role="listitem" tabindex="0" x="${percentOf(frame.startMs - scale.fromMs, scale.spanMs)}" y="${frame.depth * ROW}" width="${percentOf(Math.max(0, took), scale.spanMs)}" height="${ROW - 2}"><title>${frame.stage}: ${formatMs(took)}
from ${formatMs(frame.startMs)} to ${formatMs(frame.endMs)}, ${frame.thread}${frame.bytes === null ? '' : `, ${formatBytes(frame.bytes)}`}</title><rect class="${stageClass(frame.stage)}" width="100%" height="100%" rx="2"/>${
        took / scale.spanMs < LABEL_SHARE
          ? null
          : html`<text class="${stageTextClass(frame.stage)}" x="6" y="16" aria-hidden="true">${frame.stage} ${formatMs(took)}</text>`
      }</svg>`
    },
  )}</svg>`
}

function batchLane(batch: NonNullable<RequestFlame['batch']>, scale: Scale): Html {
  const at = (ms: number) => percentOf(ms - scale.fromMs, scale.spanMs)
  const size = batch.capacity === null ? `${batch.size}` : `${batch.size} of ${batch.capacity}`
  return html`<svg role="img" aria-label="Batch of ${size}, released: ${batch.reason}" width="100%" height="${LANE + 8}">
<svg class="frame" x="${at(batch.openedMs)}" width="${percentOf(batch.startedMs - batch.openedMs, scale.spanMs)}" height="${LANE}" y="8"><title>batch collects for ${formatMs(batch.startedMs - batch.openedMs)}
${plural(batch.mates.length, 'request')} joined; released: ${batch.reason}</title><rect class="batch-open" width="100%" height="100%" rx="2"/><text x="6" y="15" aria-hidden="true">collecting ${size}</text></svg>
<svg class="frame" x="${at(batch.startedMs)}" width="${percentOf(batch.endedMs - batch.startedMs, scale.spanMs)}" height="${LANE}" y="8"><title>device runs the batch for ${formatMs(batch.endedMs - batch.startedMs)}
${size} slots used</title><rect class="stage stage-model" width="100%" height="100%" rx="2"/><text class="${stageTextClass('model')}" x="6" y="15" aria-hidden="true">running ${formatMs(batch.endedMs - batch.startedMs)}</text></svg>
${batch.mates.map(
  (mate) =>
    html`<g class="mate${mate.self ? ' self' : ''}"><title>${mate.self ? 'this request' : 'a batch mate'} joined at ${formatMs(mate.enqueuedMs)}</title><line x1="${at(mate.enqueuedMs)}" x2="${at(mate.enqueuedMs)}" y1="0" y2="12"/></g>`,
)}</svg>`
}

function loopLane(loop: RequestFlame['loop'], scale: Scale): Html {
  if (loop.length === 0) return html`<p class="muted">not measured</p>`
  const time = { self: 0, other: 0, unknown: 0 }
  for (const slice of loop) time[slice.owner] += slice.toMs - slice.fromMs
  const summary = (['self', 'other', 'unknown'] as const)
    .filter((owner) => time[owner] > 0)
    .map((owner) => `${OWNERS[owner]} ${formatPercent(time[owner] / scale.spanMs)}`)
    .join(', ')
  return html`<svg role="img" aria-label="Event loop busy with: ${summary}" width="100%" height="${LANE}"><rect class="track" width="100%" height="${LANE}" rx="2"/>${loop.map(
    (slice) =>
      html`<rect class="loop ${slice.owner}" x="${percentOf(slice.fromMs - scale.fromMs, scale.spanMs)}" width="${percentOf(slice.toMs - slice.fromMs, scale.spanMs)}" height="${LANE}"><title>${OWNERS[slice.owner]}: ${slice.label}
${formatMs(slice.toMs - slice.fromMs)}</title></rect>`,
  )}</svg>`
}

function axis(scale: Scale): Html {
  return html`<svg width="100%" height="18" aria-hidden="true">${ticks(
    scale.fromMs,
    scale.fromMs + scale.spanMs * 0.95,
    4,
  ).map((tick) => {
    const x = percentOf(tick - scale.fromMs, scale.spanMs)
    return html`<line class="tick" x1="${x}" x2="${x}" y1="0" y2="4"/><text class="axis" x="${x}" y="16" text-anchor="${tick - scale.fromMs < scale.spanMs * 0.04 ? 'start' : 'middle'}">${formatMs(tick)}</text>`
  })}</svg>`
}
