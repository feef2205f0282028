/** Markup that is known to be safe. Only `html` and `trusted` make one, so an unescaped string cannot reach the page. */
export class Html {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  toString(): string {
    return this.#text
  }
}

export type Renderable = Html | string | number | null | undefined | readonly Renderable[]

/** Tagged template for markup: every interpolated string is escaped, for element content and quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...values: readonly Renderable[]): Html {
  let text = strings[0]
  for (let i = 0; i < values.length; i++) text += render(values[i]) + strings[i + 1]
  return new Html(text)
}

/** Marks text of our own build (the style sheet, the client script) as markup. Never for text that a service sent. */
export function trusted(text: string): Html {
  return new Html(text)
}

/** JSON that can stand inside a script element: no `<` can end the element or open a comment. */
export function scriptJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'))
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function render(value: Renderable): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escapeHtml(value)
  return value.map(render).join('')
}
