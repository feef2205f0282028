import { stage } from 'infer-diag/agent'

// Works until it is killed.
setInterval(() => {
  for (let i = 0; i < 100; i += 1) stage('tick', () => i)
}, 5)
console.log('listening 0')
