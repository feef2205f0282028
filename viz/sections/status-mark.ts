import { type Html, html } from '../html.js'

const WORDS = { pass: 'passes', fail: 'fails', unknown: 'unknown' } as const

/** A shape and a colour for a status, with the word for whoever sees neither. */
export function statusMark(status: keyof typeof WORDS): Html {
  return html`<span class="status ${status}"><span class="visually-hidden">${WORDS[status]}: </span></span>`
}
