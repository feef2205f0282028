import { DiagError } from '../../errors.js'
import { CONNECT_STAGE, HANDLER_STAGE, LOOP_WAIT_STAGE, UNATTRIBUTED_STAGE } from '../../model/recording.js'
import { mean } from '../../stats/mean.js'
import { LOOP_OVERHEAD } from './learn-service.js'
import { dividesIntoProcesses, NETWORK_OUT, type ServiceModel } from './service-model.js'

/** The usage error of a stage that no request passes in the replay. Tables show some of them: waiting is what comes of the others. */
export function noSuchStage(model: ServiceModel, stage: string): DiagError {
  switch (stage) {
    case 'queue':
      return notWork('queue is waiting for a batch and its device, not work', queueSettings(model))
    case LOOP_WAIT_STAGE:
      return notWork(`${stage} is waiting while the event loop works for others, not work`, loopSettings(model))
    case HANDLER_STAGE:
      return new DiagError('usage', `${stage} is all of a request, not one stage`, `set one of ${known(model)}`)
    default:
      return new DiagError('usage', `unknown stage '${stage}'`, `this recording has ${known(model)}`)
  }
}

/** The usage error of workers for a stage that is no code. */
export function noWorkers(stage: string, why: string): DiagError {
  return new DiagError('usage', `${stage} ${why}`, `use stage.${stage}=0.5x`)
}

function notWork(fact: string, settings: readonly string[]): DiagError {
  return new DiagError('usage', fact, `set what it follows from, such as ${settings.join(', ')}`)
}

function queueSettings({ batcher }: ServiceModel): string[] {
  const batching = batcher === null ? [] : ['batch.max=16', 'batch.waitMs=5', 'batch.release=idle', 'device.speed=1.5x']
  return [...batching, 'rate=300', 'instances=2']
}

/** The stage that keeps the loop busiest first. */
function loopSettings(model: ServiceModel): string[] {
  const own = model.segments.filter(
    ({ place, stage }) => place.kind === 'loop' && stage !== LOOP_OVERHEAD && stage !== UNATTRIBUTED_STAGE,
  )
  const [most] = own.sort((a, b) => mean(b.demandMs) - mean(a.demandMs))
  const work = most === undefined ? [] : [`stage.${most.stage}=0.5x`, `workers.${most.stage}=2`]
  return [...work, ...(dividesIntoProcesses(model) ? ['processes=2'] : []), 'rate=300', 'instances=2']
}

function known({ segments }: ServiceModel): string {
  return [...new Set([CONNECT_STAGE, ...segments.map(({ stage }) => stage), NETWORK_OUT])].join(', ')
}
