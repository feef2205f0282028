// `node --import infer-diag/register`: records a service that has never heard of infer-diag.
import { agent } from './inside/start.js'

agent()
