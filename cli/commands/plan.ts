import { Command } from 'commander'
import type {
  AutoscalePlanOptions,
  BatchPlanOptions,
  InstancesPlanOptions,
  LittlesLawOptions,
  OutputFlags,
} from '../options/plan-questions.js'

const SEED_HELP = 'of the simulated arrivals'
const FORCE_HELP = 'replace the file that is there'
const CHART_HELP = 'write the charts as one HTML file as well'

export function planCommand(): Command {
  return new Command('plan')
    .description('plan capacity from numbers alone: the rule of thumb, and what queueing adds')
    .addCommand(planBatchCommand())
    .addCommand(planInstancesCommand())
    .addCommand(planAutoscaleCommand())
    .addCommand(littlesLawCommand())
    .addHelpText(
      'after',
      '\nExample:\n  infer-diag plan batch --overhead 6ms --per-item 4ms --rate 200 --sla p95=120ms\n' +
        '  infer-diag plan instances --service 12ms --concurrency 2 --rate 600 \\\n    --headroom 20%\n' +
        '  infer-diag plan autoscale --service 40ms --concurrency 4 --rate 200 \\\n' +
        '    --spike 3x --cold-start 3s\n' +
        '  infer-diag plan littles-law --rate 100 --latency 40ms',
    )
}

function planBatchCommand(): Command {
  return new Command('batch')
    .description('batch size and max wait for a device with service_time(b) = overhead + per-item x b')
    .requiredOption('--overhead <time>', 'fixed time of a batch, such as 6ms')
    .requiredOption('--per-item <time>', 'time for each request of a batch, such as 4ms')
    .requiredOption('--rate <rps>', 'requests a second, Poisson')
    .option('--sla <targets>', 'p95=120ms')
    .option('--max-batch <list>', 'batch sizes to try', '1,2,4,8,12,16,24,32')
    .option('--max-wait <list>', 'waits to try', '0ms,5ms,10ms,20ms')
    .option('--devices <n>', 'devices that take batches from one queue', '1')
    .option('--seed <n>', SEED_HELP, '1')
    .option('-o, --output <file>', CHART_HELP)
    .option('--force', FORCE_HELP)
    .option('--json', 'print the plan as one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  infer-diag plan batch --overhead 6ms --per-item 4ms --rate 200 --sla p95=120ms',
    )
    .action(async (options: BatchPlanOptions) => {
      const { batchQuestion } = await import('../options/plan-questions.js')
      const { planBatch } = await import('../../core/sim/plan/batch.js')
      const plan = planBatch(batchQuestion(options))
      const { showBatchPlan } = await import('../terminal/batch-plan-view.js')
      await answer(options, {
        plan,
        text: (paint) => showBatchPlan(plan, paint),
        page: ({ batchPage }) => batchPage(plan),
      })
    })
}

function planInstancesCommand(): Command {
  return new Command('instances')
    .description('capacity of one instance, and how many a load needs')
    .requiredOption('--service <time>', 'mean service time of a request, such as 12ms')
    .option('--service-cv <n>', 'its standard deviation over its mean', '0.5')
    .option('--concurrency <n>', 'requests that an instance works on at a time', '1')
    .option('--utilization <share>', 'how busy an instance may be', '0.7')
    .option('--rate <rps>', 'requests a second over all instances')
    .option('--headroom <share>', 'capacity to keep free: capacity = rate / (1 - headroom)', '0%')
    .option('--sla <targets>', 'p95=120ms')
    .option('--seed <n>', SEED_HELP, '1')
    .option('-o, --output <file>', CHART_HELP)
    .option('--force', FORCE_HELP)
    .option('--json', 'print the plan as one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  infer-diag plan instances --service 12ms --concurrency 2 --utilization 0.7 \\\n' +
        '    --rate 600 --headroom 20%',
    )
    .action(async (options: InstancesPlanOptions) => {
      const { instancesQuestion } = await import('../options/plan-questions.js')
      const { planInstances } = await import('../../core/sim/plan/instances.js')
      const plan = planInstances(instancesQuestion(options))
      const { showInstancesPlan } = await import('../terminal/instances-plan-view.js')
      await answer(options, {
        plan,
        text: (paint) => showInstancesPlan(plan, paint),
        page: ({ instancesPage }) => instancesPage(plan),
      })
    })
}

function planAutoscaleCommand(): Command {
  return new Command('autoscale')
    .description('what a spike does to an autoscaled fleet: cold starts, the scaling signal, warm spares')
    .requiredOption('--service <time>', 'mean service time of a request, such as 40ms')
    .requiredOption('--rate <rps>', 'requests a second before the spike')
    .option('--cold-start <time>', 'from asking for an instance until it is ready', '3s')
    .option('--signal <name>', 'what the autoscaler looks at: queue, latency or cpu', 'queue')
    .option('--spike <times>', 'load during the spike over the load before', '3x')
    .option('--spike-duration <time>', 'how long it lasts', '60s')
    .option('--service-cv <n>', 'standard deviation of the service time over its mean', '0.5')
    .option('--concurrency <n>', 'requests that an instance works on at a time', '1')
    .option('--utilization <share>', 'how busy an instance may be; target of the autoscaler', '0.7')
    .option('--every <time>', 'time between two looks of the autoscaler', '15s')
    .option('--cpu-window <time>', 'what the CPU signal is averaged over', '30s')
    .option('--min-warm <n>', 'instances to keep warm (default: the fewest that get through the spike)')
    .option('--timeout <time>', 'a client gives up after this', '2s')
    .option('--sla <targets>', 'p95=250ms (default: five service times)')
    .option('--seed <n>', SEED_HELP, '1')
    .option('-o, --output <file>', CHART_HELP)
    .option('--force', FORCE_HELP)
    .option('--json', 'print the plan as one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  infer-diag plan autoscale --service 40ms --concurrency 4 --rate 200 \\\n' +
        '    --spike 3x --cold-start 3s --signal queue --sla p95=250ms -o spike.html',
    )
    .action(async (options: AutoscalePlanOptions) => {
      const { autoscaleQuestion } = await import('../options/plan-questions.js')
      const { planAutoscale } = await import('../../core/sim/plan/autoscale.js')
      const plan = planAutoscale(autoscaleQuestion(options))
      const { showAutoscalePlan } = await import('../terminal/autoscale-plan-view.js')
      await answer(options, {
        plan,
        text: (paint) => showAutoscalePlan(plan, paint),
        page: ({ autoscalePage }) => autoscalePage(plan),
      })
    })
}

function littlesLawCommand(): Command {
  return new Command('littles-law')
    .description('the third of rate, latency and requests in flight; or whether the three agree')
    .option('--rate <rps>', 'throughput, requests a second')
    .option('--latency <time>', 'mean time in the system, such as 40ms')
    .option('--in-flight <n>', 'mean number of requests in the system')
    .option('-o, --output <file>', CHART_HELP)
    .option('--force', FORCE_HELP)
    .option('--json', 'print the result as one JSON document')
    .addHelpText('after', '\nExample:\n  infer-diag plan littles-law --rate 100 --latency 40ms')
    .action(async (options: LittlesLawOptions) => {
      const { DiagError } = await import('../../core/errors.js')
      const { littlesLawQuestion } = await import('../options/plan-questions.js')
      const { littlesLaw } = await import('../../core/sim/plan/littles-law.js')
      const law = littlesLaw(littlesLawQuestion(options))
      if (law === null) {
        throw new DiagError(
          'usage',
          'got fewer than two of --rate, --latency and --in-flight',
          'write for example --rate 100 --latency 40ms',
        )
      }
      const { showLittlesLaw } = await import('../terminal/littles-law-view.js')
      await answer(options, {
        plan: law,
        text: () => showLittlesLaw(law),
        page: ({ littlesLawPage }) => littlesLawPage(law, showLittlesLaw(law)),
      })
    })
}

type Answer = {
  readonly plan: object
  readonly text: (paint: import('../terminal/paint.js').Paint) => string
  readonly page: (pages: typeof import('../recording/plan-pages.js')) => string
}

/** Writes the charts where they were asked for, and prints one JSON document, or text painted for where it goes. */
async function answer({ output, force, json }: OutputFlags, { plan, text, page }: Answer): Promise<void> {
  const { writeOutputFile, written } = await import('../output-file.js')
  if (output !== undefined) {
    await writeOutputFile(output, page(await import('../recording/plan-pages.js')), force === true)
  }
  if (json === true) {
    process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`)
    return
  }
  const { paintFor } = await import('../terminal/paint.js')
  process.stdout.write(text(paintFor(process.stdout)))
  if (output !== undefined) process.stdout.write(`\n  ${written('charts', output)}`)
}
