import { Command } from 'commander'
import { collect } from '../options/collect.js'
import type { LoadCommandOptions } from '../options/load-options.js'

export function loadCommand(): Command {
  return new Command('load')
    .description('ramp an open loop until the SLA breaks: the knee, the safe rate, headroom for a peak')
    .usage('<url> [options] [-- <command...>]')
    .argument('<url>', 'what to request')
    .argument('[command...]', 'command that starts the service, after --; then every level has a recording')
    .option('--sla <targets>', 'p95=120ms,errors=0.1%,ttft.p95=300ms (first byte)')
    .option('--peak <rps>', 'expected peak: how much headroom there is')
    .option('--check', 'exit 9 when the expected peak fails, 5 when that is not known')
    .option('--method <method>', 'HTTP method (default: GET, with a body POST)')
    .option('--header <line>', "'Name: value', repeatable", collect)
    .option('--body <file>', 'file to send; .json goes as application/json')
    .option('--insecure', 'accept a certificate that nobody vouches for')
    .option('--from <rps>', 'where the ramp begins (default: by how fast single requests are)')
    .option('--to <rps>', 'no rate above is tried', '100000')
    .option('--precision <share>', 'how near the passing and the failing rate end up', '4%')
    .option('--steps <rates>', 'hold these rates instead of a ramp: 50,100,150')
    .option('--spike <factor:time>', 'a burst on top of --rate: 3x:10s')
    .option('--soak <time>', 'hold --rate for long, and watch for drift: 10m')
    .option('--concurrency <n>', 'closed loop: n clients that wait for their answers')
    .option('--rate <rps>', 'base rate of --spike and --soak')
    .option('--arrivals <kind>', 'poisson, constant or trace:<file>', 'poisson')
    .option('--duration <time>', 'of each step, of both sides of a spike, of a closed loop', '10s')
    .option('--warmup <time>', 'left out at the start of each of them', '2s')
    .option('--timeout <time>', 'a request without an answer by then has failed', '10s')
    .option('--seed <n>', 'of the arrival times', '1')
    .option('--ready <url>', 'wait until this answers 2xx')
    .option('--ready-timeout <time>', 'how long the service may take to get ready', '30s')
    .option('--no-profile', 'no CPU profile windows')
    .option('-o, --output <dir>', 'where report and recordings go (default: infer-diag-load-<n>)')
    .option('--force', 'replace what an earlier load left there')
    .option('--no-report', 'do not write report.html')
    .option('--json', 'print the result as one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  infer-diag load http://127.0.0.1:3000/predict --body payload.json \\\n' +
        '    --sla p95=120ms,errors=0.1% --peak 300 -- node server.js\n' +
        '  infer-diag load http://127.0.0.1:3000/predict --rate 100 --spike 3x:10s \\\n' +
        '    --sla p95=120ms\n' +
        '  infer-diag load http://127.0.0.1:3000/predict --concurrency 16',
    )
    .action(async (url: string, command: string[], options: LoadCommandOptions) => {
      const { planLoadCommand } = await import('../options/load-plan.js')
      const { runLoadSession } = await import('../loading/session.js')
      await runLoadSession(planLoadCommand(url, command, options), options.json === true)
    })
}
