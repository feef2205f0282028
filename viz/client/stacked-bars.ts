/** Pointing at a stage in one bar, or in the legend, brings out the same stage in every bar. */
export function linkStages(): void {
  const chart = document.querySelector('.stacked-bars')
  if (chart === null) return
  const segments = [...chart.querySelectorAll<SVGGElement>('.segment')]
  const highlight = (stage: string | null): void => {
    chart.classList.toggle('focused', stage !== null)
    for (const segment of segments) segment.classList.toggle('same', segment.dataset.stage === stage)
  }
  const stageOf = (event: Event): string | null =>
    event.target instanceof Element ? (event.target.closest('[data-stage]')?.getAttribute('data-stage') ?? null) : null
  chart.addEventListener('pointerover', (event) => highlight(stageOf(event)))
  chart.addEventListener('pointerleave', () => highlight(null))
  chart.addEventListener('focusin', (event) => highlight(stageOf(event)))
  chart.addEventListener('focusout', () => highlight(null))
}
