import { stage } from 'infer-diag/agent'

// More spans than the ring holds, without ever yielding.
const count = Number(process.argv[2])
for (let i = 0; i < count; i += 1) stage('flood', () => i)
