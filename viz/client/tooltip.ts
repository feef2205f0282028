const OFFSET_PX = 14

/**
 * Shows the text of `data-tip` beside the pointer, or beside the element that has the keyboard focus.
 * The page carries its texts as SVG titles, which work without a script but appear late and unstyled.
 */
export function startTooltips(): void {
  const tip = document.getElementById('tip')
  if (tip === null) return
  for (const title of document.querySelectorAll('svg title')) adoptTitle(title)
  document.addEventListener('pointermove', (event) => {
    const target = tipTarget(event.target)
    if (target === null) tip.hidden = true
    else show(tip, target, event.clientX, event.clientY)
  })
  document.addEventListener('pointerleave', () => {
    tip.hidden = true
  })
  document.addEventListener('focusin', (event) => {
    const target = tipTarget(event.target)
    if (target === null || !target.matches(':focus-visible')) return
    const box = target.getBoundingClientRect()
    show(tip, target, box.left + box.width / 2, box.bottom)
  })
  document.addEventListener('focusout', () => {
    tip.hidden = true
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') tip.hidden = true
  })
}

function adoptTitle(title: Element): void {
  const owner = title.parentElement
  const text = title.textContent
  title.remove()
  if (owner === null || text === null) return
  owner.setAttribute('data-tip', text)
  if (owner.hasAttribute('role') && !owner.hasAttribute('aria-label')) owner.setAttribute('aria-label', text)
}

function tipTarget(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest('[data-tip]') : null
}

function show(tip: HTMLElement, target: Element, x: number, y: number): void {
  tip.textContent = target.getAttribute('data-tip')
  tip.hidden = false
  const { offsetWidth, offsetHeight } = tip
  const right = x + OFFSET_PX + offsetWidth > innerWidth
  const below = y + OFFSET_PX + offsetHeight > innerHeight
  tip.style.left = `${Math.max(4, right ? x - OFFSET_PX - offsetWidth : x + OFFSET_PX)}px`
  tip.style.top = `${Math.max(4, below ? y - OFFSET_PX - offsetHeight : y + OFFSET_PX)}px`
}
