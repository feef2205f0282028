// Discrete-event simulation as SimPy has it (https://simpy.readthedocs.io, "How SimPy works"): processes are generators that
// yield events, an event has callbacks, and the environment takes events off a heap ordered by time, then age.

class Event {
  callbacks = []
  constructor(env) {
    this.env = env
  }
  succeed(delayMs = 0) {
    this.env.schedule(this, delayMs)
    return this
  }
}

export class Environment {
  nowMs = 0
  #heap = []
  #age = 0

  event() {
    return new Event(this)
  }

  timeout(delayMs) {
    return new Event(this).succeed(Math.max(0, delayMs))
  }

  process(generator) {
    const resume = () => {
      const { done, value } = generator.next()
      if (!done) value.callbacks.push(resume)
    }
    resume()
  }

  resource(servers) {
    const env = this
    const waiting = []
    let free = servers
    return {
      request() {
        const event = env.event()
        if (free > 0) {
          free--
          event.succeed()
        } else waiting.push(event)
        return event
      },
      release() {
        const next = waiting.shift()
        if (next === undefined) free++
        else next.succeed()
      },
    }
  }

  schedule(event, delayMs) {
    const entry = { timeMs: this.nowMs + delayMs, age: this.#age++, event }
    const heap = this.#heap
    let child = heap.push(entry) - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (before(heap[parent], entry)) break
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = entry
  }

  run() {
    while (this.#heap.length > 0) {
      const { timeMs, event } = this.#take()
      this.nowMs = timeMs
      for (const callback of event.callbacks) callback()
    }
  }

  #take() {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (heap.length === 0) return first
    let parent = 0
    for (;;) {
      let child = 2 * parent + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
      if (before(last, heap[child])) break
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return first
  }
}

function before(a, b) {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.age < b.age)
}
