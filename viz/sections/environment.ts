import type { Diagnosis } from '../../core/model/diagnosis.js'
import {
  formatBytes,
  formatCount,
  formatMs,
  formatOptionalMs,
  formatPercent,
  formatValue,
  NOT_MEASURED,
} from '../format.js'
import { type Html, html } from '../html.js'
import { section } from '../section.js'

type Row = readonly [label: string, value: string | Html | null]

/** Where and how it was measured: enough to repeat the run. */
export function environment(diagnosis: Diagnosis): Html {
  return section(
    {
      id: 'environment',
      title: 'Environment',
      howToRead: 'Where and how this was measured: enough to repeat the run.',
    },
    html`<div class="columns">${group('Service', service(diagnosis))}${group('Load', load(diagnosis))}${group('Host', host(diagnosis))}${group('Pipeline', pipeline(diagnosis))}${group('Resources', resources(diagnosis))}</div>`,
  )
}

function group(title: string, rows: readonly Row[]): Html | null {
  const known = rows.filter(([, value]) => value !== null)
  if (known.length === 0) return null
  return html`<div class="group"><h3>${title}</h3><dl>${known.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></div>`
}

function service({ environment, recording }: Diagnosis): Row[] {
  return [
    ['Name', environment.service ?? 'not given'],
    ['Runtime', environment.runtime],
    [
      'Observed',
      environment.observed === 'node' ? 'from inside, by the agent' : 'from outside only: stages not measured',
    ],
    ['Command', environment.command === null ? null : html`<code>${environment.command.join(' ')}</code>`],
    ['Recording', recording.id],
    ['Duration', formatMs(recording.durationMs)],
  ]
}

function load({ environment, warmUp }: Diagnosis): Row[] {
  const sent = environment.load
  if (sent === null)
    return environment.observed === 'node' ? [['Load', 'sent by others, seen from inside the service']] : []
  return [
    ['Target', html`<code>${sent.method} ${sent.url}</code>`],
    ['Arrivals', `${sent.arrivals}, ${formatValue(sent.rate, 'rps')}, open loop`],
    ['Body', formatBytes(sent.bodyBytes)],
    [
      'Warm-up',
      warmUp === null
        ? null
        : `${formatMs(sent.warmupMs)}, ${formatCount(warmUp.requests)} requests, p95 ${formatOptionalMs(warmUp.p95Ms)}; not counted above`,
    ],
  ]
}

function host({ environment: { host, gpus } }: Diagnosis): Row[] {
  if (host === null) return [['Host', NOT_MEASURED]]
  const limit = host.cgroup.cpuLimitCores
  return [
    ['CPU', `${host.cpuModel}, ${formatValue(host.cores, 'cores')}`],
    ['CPU limit', limit === null ? 'none' : formatValue(limit, 'cores')],
    ['Memory', formatBytes(host.memoryBytes)],
    ['System', `${host.os} ${host.kernel} ${host.arch}`],
    ...gpus.map(
      (gpu): Row => [
        'Accelerator',
        html`${gpu.name}${gpu.memoryBytes === null ? null : `, ${formatBytes(gpu.memoryBytes)}`}${gpu.driver === null ? null : `, driver ${gpu.driver}`}${gpu.simulated ? html` <span class="tag">simulated</span>` : null}`,
      ],
    ),
  ]
}

function pipeline({ pipeline }: Diagnosis): Row[] {
  return Object.entries(pipeline).map(([key, { value, source }]) => [
    key,
    html`${String(value)} <small>${source}</small>`,
  ])
}

function resources({ resources: r }: Diagnosis): Row[] {
  const optional = (value: number | null, unit: string): string =>
    value === null ? NOT_MEASURED : formatValue(value, unit)
  const device = r.deviceSimulated ? ' (simulated)' : ''
  return [
    ['Event loop busy', optional(r.eventLoopUtilization, 'fraction')],
    [
      'Busiest thread',
      r.hottestThread === null
        ? NOT_MEASURED
        : `${formatPercent(r.hottestThread.busyFraction)}, ${r.hottestThread.name}`,
    ],
    ['Service CPU', optional(r.processCpu, 'cores')],
    ['Host CPU', optional(r.hostCpu, 'fraction')],
    [`GPU utilization${r.gpuUtilization === null ? '' : device}`, optional(r.gpuUtilization, 'fraction')],
    [`Device busy${r.deviceBusyFraction === null ? '' : device}`, optional(r.deviceBusyFraction, 'fraction')],
    ['Batch fullness', optional(r.batchFullness, 'fraction')],
    ['Mean queue depth', optional(r.meanQueueDepth, 'count')],
    ['Mean in flight', optional(r.meanInFlight, 'count')],
    ['Garbage collection', optional(r.gcFraction, 'fraction')],
    ['Peak memory', optional(r.rssPeakBytes, 'bytes')],
  ]
}
