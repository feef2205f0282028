import type { Names } from './names.js'

// Other names come from code, routes from clients: whoever scans for pages must not use up the ids.
const MAX_ROUTES = 256
const MAX_PATH_CHARS = 120
const OTHER_ROUTES = '(other)'

/** Gives the routes of one thread, method and path, their ids. */
export class Routes {
  readonly #names: Names
  readonly #ids = new Map<string, number>()
  #lastMethod = ''
  #lastUrl = ''
  #lastId = 0

  constructor(names: Names) {
    this.#names = names
  }

  /** The id of the request's route, or that of all further ones; 0 when the ring has no room for a new one. */
  id(method: string, url: string): number {
    // Most services have one busy route: comparing spares joining and hashing two strings that are new each time.
    if (url === this.#lastUrl && method === this.#lastMethod && this.#lastId !== 0) return this.#lastId
    this.#lastMethod = method
    this.#lastUrl = url
    this.#lastId = this.#idOf(`${method} ${pathOf(url)}`)
    return this.#lastId
  }

  #idOf(route: string): number {
    const known = this.#ids.get(route)
    if (known !== undefined) return known
    if (this.#ids.size >= MAX_ROUTES) return this.#names.id(OTHER_ROUTES, OTHER_ROUTES)
    const id = this.#names.id(route, OTHER_ROUTES)
    if (id !== 0) this.#ids.set(route, id)
    return id
  }
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return url.slice(0, query < 0 ? MAX_PATH_CHARS : Math.min(query, MAX_PATH_CHARS))
}
