import { Session } from 'node:inspector/promises'
import { stage } from 'infer-diag/agent'

// Profiles itself while it is profiled.
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.start')
for (let i = 0; i < 100; i += 1) {
  stage('work', () => {
    for (const until = performance.now() + 8; performance.now() < until; );
  })
  await new Promise((resolve) => setTimeout(resolve, 2))
}
const { profile } = await session.post('Profiler.stop')
console.log(`own profile has samples: ${profile.samples.length > 0}`)
