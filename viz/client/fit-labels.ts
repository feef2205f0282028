const PADDING_PX = 10

/** Hides the labels that do not fit into their boxes at the present width; the page is laid out in percentages. */
export function fitLabels(): void {
  const frames = [...document.querySelectorAll<SVGSVGElement>('.frame:has(> text.label)')]
  const fit = (): void => {
    const rooms = frames.map((frame) => frame.getBoundingClientRect().width - PADDING_PX)
    const texts = frames.map((frame) => frame.querySelector<SVGTextElement>(':scope > text.label'))
    const widths = texts.map((text) => text?.getComputedTextLength() ?? 0)
    for (const [i, text] of texts.entries())
      text?.setAttribute('visibility', widths[i] <= rooms[i] ? 'visible' : 'hidden')
  }
  new ResizeObserver(fit).observe(document.body)
}
