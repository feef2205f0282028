import { Command, Option } from 'commander'
import { collect } from '../options/collect.js'
import type { RecordOptions } from '../options/record-options.js'

export function recordCommand(): Command {
  return new Command('record')
    .description('start a service under the agent (or use a running one), load it, record, diagnose')
    .usage('[options] [-- <command...>]')
    .argument('[command...]', 'command that starts the service, after --; without it the URL must already answer')
    .option('--url <url>', 'what to request')
    .option('--method <method>', 'HTTP method (default: GET, with a body POST)')
    .option('--header <line>', "'Name: value', repeatable", collect)
    .option('--body <file>', 'file to send; .json goes as application/json')
    .option('--insecure', 'accept a certificate that nobody vouches for')
    .option('--rate <rps>', 'requests a second, sent whatever the service does', '20')
    .option('--attach', 'bring the agent into a Node service that runs already, and out again afterwards (Linux)')
    .addOption(
      new Option('--no-load', 'send nothing: record what others send to the path of --url meanwhile').conflicts([
        'rate',
        'arrivals',
        'seed',
        'timeout',
        'body',
        'header',
      ]),
    )
    .option('--peak <rps>', 'the highest rate expected in production, for the checklist')
    .option('--arrivals <kind>', 'poisson, constant or trace:<file>', 'poisson')
    .option('--duration <time>', 'measured time: 10, 10s, 500ms, 2m', '30s')
    .option('--warmup <time>', 'load before it, reported apart', '3s')
    .option('--timeout <time>', 'a request without an answer by then has failed', '10s')
    .option('--seed <n>', 'of the arrival times', '1')
    .option('--sla <targets>', 'p95=120ms,errors=0.1%,ttft.p95=300ms (first byte)')
    .option('--check', 'exit 9 when the SLA is missed')
    .option('--ready <url>', 'wait until this answers 2xx')
    .option('--ready-timeout <time>', 'how long the service may take to get ready', '30s')
    .option('--no-profile', 'no CPU profile windows')
    .option('-o, --output <dir>', 'where the recording goes (default: infer-diag-recording-<n>)')
    .option('--force', 'replace the recording that is there')
    .option('--no-report', 'do not write report.html')
    .option('--json', 'print the Diagnosis as one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  infer-diag record --url http://127.0.0.1:3000/predict --body payload.json \\\n' +
        '    --rate 50 --duration 10 --sla p95=50ms -- node server.js\n' +
        '  infer-diag record --url http://127.0.0.1:8000/v1/completions \\\n' +
        '    --body prompt.json --rate 5 --duration 60 --sla p95=5s,ttft.p95=300ms',
    )
    .action(async (command: string[], options: RecordOptions) => {
      const { planRecording } = await import('../options/record-plan.js')
      const { runSession } = await import('../recording/session.js')
      const plan = planRecording(command, options)
      await runSession({ json: options.json === true, checkSla: options.check === true }, plan)
    })
}
