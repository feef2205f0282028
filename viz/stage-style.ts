import {
  CANONICAL_STAGES,
  CONNECT_STAGE,
  HANDLER_STAGE,
  LOOP_WAIT_STAGE,
  UNATTRIBUTED_STAGE,
} from '../core/model/recording.js'

/** Colours for a service's own stages, and whether light text stands on them. More stages share them, told apart by name as well. */
const OWN_COLOURS = [
  { colour: '--own-5', light: true },
  { colour: '--own-1', light: false },
  { colour: '--own-0', light: true },
  { colour: '--own-2', light: false },
  { colour: '--own-3', light: true },
  { colour: '--own-4', light: false },
]

/** The pseudo-stage that stands for stages too many to draw one by one. */
export const OTHER_STAGES = 'other stages'

const KNOWN: readonly string[] = [
  ...CANONICAL_STAGES,
  CONNECT_STAGE,
  HANDLER_STAGE,
  LOOP_WAIT_STAGE,
  UNATTRIBUTED_STAGE,
  OTHER_STAGES,
]

const MEANINGS: Readonly<Record<string, string>> = {
  'network-in': 'the request body arriving',
  deserialize: 'decoding the body, JSON.parse for instance',
  preprocess: 'turning input into tensors',
  queue: 'waiting for a batch slot or a worker',
  model: 'the model call, shared by the whole batch',
  postprocess: 'turning tensors into an answer',
  serialize: 'encoding the response',
  stream: 'the answer in parts: from its first write to its end, less what the client was not ready for',
  'network-out': 'handing the response to the network',
  handler: 'from request start to the end of the response; holds the other stages',
  [CONNECT_STAGE]: 'from the scheduled send until the server saw the request',
  [LOOP_WAIT_STAGE]: 'ready to run, but the event loop was busy with other requests',
  [UNATTRIBUTED_STAGE]: 'time that no stage covers',
}

/** CSS class that gives a stage its colour everywhere in the report. null = outside every stage. */
export function stageClass(stage: string | null): string {
  return `stage stage-${colourName(stage)}`
}

/** CSS class of a label that stands on a stage's colour. */
export function stageTextClass(stage: string | null): string {
  return `on-stage on-stage-${colourName(stage)}`
}

function colourName(stage: string | null): string {
  if (stage === null) return 'none'
  if (KNOWN.includes(stage)) return stage.replace(' ', '-')
  let hash = 0
  for (let i = 0; i < stage.length; i++) hash = (hash * 31 + stage.charCodeAt(i)) >>> 0
  return `own-${hash.toString(36)}`
}

/** Rules that give the service's own stages in `content` their colours, in the order in which they come there. */
export function ownStageRules(content: string): string {
  const names = [...new Set(content.match(/(?<=\bstage-)own-[a-z0-9]+/g))]
  return names
    .map((name, at) => {
      const { colour, light } = OWN_COLOURS[at % OWN_COLOURS.length]!
      const text = light ? 'light' : 'dark'
      return `.stage-${name}{fill:var(${colour})}.on-stage-${name}{fill:var(--${text}-text)}`
    })
    .join('\n')
}

/** One line that explains a stage to somebody who has not met it; null for a service's own stages. */
export function stageMeaning(stage: string): string | null {
  return Object.hasOwn(MEANINGS, stage) ? MEANINGS[stage]! : null
}
