// An Express service that has never heard of infer-diag.
const express = require('express')

const app = express()
app.use(express.json({ limit: '10mb' }))
app.post('/predict', (request, response) => {
  const scores = request.body.input.map((x) => Math.tanh(x))
  response.json({ scores })
})
app.listen(Number(process.argv[2]), '127.0.0.1')
