import { select } from 'd3'

/** A button in a chart's row of tools. */
export function addButton(tools: HTMLElement, label: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = label
  button.addEventListener('click', onClick)
  tools.append(button)
  return button
}

export function addSearch(tools: HTMLElement, label: string): HTMLInputElement {
  const input = document.createElement('input')
  select(input).attr('type', 'search').attr('placeholder', label).attr('aria-label', label).attr('spellcheck', 'false')
  tools.append(input)
  return input
}
