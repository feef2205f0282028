import type { RequestFlame, RequestFlames } from '../../core/model/charts.js'
import { formatBytes, formatMs } from '../format.js'
import { type Html, html } from '../html.js'
import { dataTable } from '../section.js'
import { percentOf, tickAnchor, ticks } from '../ticks.js'
import { batchLane, frameLane, loopKey, loopLane, type TimeScale } from './request-lanes.js'

/** Real requests in time order, each with its batch and what the event loop did meanwhile. */
export function requestFlamesChart({ requests }: RequestFlames): Html {
  return html`<div class="request-flames">${requests.map(request)}
<ul class="legend"><li>Event loop:</li><li>${loopKey('self')}<span>this request</span></li><li>${loopKey('other')}<span>other requests, in the colour of their stage</span></li><li>${loopKey('unknown')}<span>one or the other</span></li><li><svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="track" width="12" height="12"/></svg><span>idle</span></li></ul></div>`
}

function request(flame: RequestFlame): Html {
  const scale = scaleOf(flame)
  return html`<article class="request" aria-label="${flame.label} request, ${formatMs(flame.totalMs)}">
<h3>${flame.label} <span>${formatMs(flame.totalMs)}</span> <small>${flame.status === 0 ? 'no response' : `status ${flame.status}`}, sent ${formatMs(flame.atMs)} into the recording</small></h3>
<div class="lane"><span class="lane-label">Request</span>${frameLane(flame.frames, scale)}</div>
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

/** The batch may open before the request was sent and end after it left; the axis holds both. */
function scaleOf({ totalMs, batch }: RequestFlame): TimeScale {
  const fromMs = Math.min(0, batch === null ? 0 : batch.openedMs)
  const toMs = Math.max(totalMs, batch === null ? 0 : batch.endedMs, 1e-6)
  return { fromMs, spanMs: toMs - fromMs }
}

function axis({ fromMs, spanMs }: TimeScale): Html {
  return html`<svg width="100%" height="18" aria-hidden="true">${ticks(fromMs, fromMs + spanMs, 4).map((tick) => {
    const x = percentOf(tick - fromMs, spanMs)
    return html`<line class="tick" x1="${x}" x2="${x}" y1="0" y2="4"/><text class="axis" x="${x}" y="16" text-anchor="${tickAnchor((tick - fromMs) / spanMs)}">${tick === 0 ? '0' : formatMs(tick)}</text>`
  })}</svg>`
}
