// Two processes behind one port.
import cluster from 'node:cluster'
import { createServer } from 'node:http'

if (cluster.isPrimary) {
  cluster.fork()
  cluster.fork()
} else {
  createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end('{}'))
  }).listen(Number(process.argv[2]), '127.0.0.1')
}
