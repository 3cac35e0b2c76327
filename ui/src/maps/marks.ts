/** The marks on the map as elements: shape says the kind, letter the triage, ring the freshness. */
import { countByTriage, type Pin } from './pins'

const OUTLINES: Record<Pin['kind'], string> = {
  casualty: '<circle cx="20" cy="20" r="17"/>',
  asset: '<path d="M20 3 38 36H2z"/>',
  facility: '<rect x="4" y="4" width="32" height="32" rx="2"/>',
}
const SIGNS: Record<Pin['kind'], string> = {
  casualty: '',
  asset: '',
  facility: '<path class="pin-sign" d="M20 11v18M11 20h18"/>',
}

const outline = (kind: Pin['kind']) =>
  `<svg viewBox="0 0 40 40" aria-hidden="true">${OUTLINES[kind]}${SIGNS[kind]}</svg>`

export function pinElement(
  pin: Pin,
  spoken: string,
  isSelected: boolean,
  hasLabel: boolean,
  onChoose: () => void,
): HTMLElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.className = 'pin'
  element.title = pin.label
  element.dataset.kind = pin.kind
  element.dataset.triage = pin.triage ?? 'none'
  element.dataset.fresh = pin.freshness
  if (isSelected) element.dataset.selected = 'true'
  element.dir = 'ltr'
  element.innerHTML = outline(pin.kind)
  if (pin.kind === 'casualty') element.append(span('pin-letter', pin.triage === 'DEAD' ? '✕' : (pin.triage ?? '?')))
  // What is seen is part of what is heard: the label first, then what shape and ring say.
  element.append(span(hasLabel ? 'pin-label' : 'only-heard', pin.label), span('only-heard', spoken))
  element.addEventListener('click', onChoose)
  return element
}

export function clusterElement(pins: Pin[], spoken: string, isSelected: boolean, onChoose: () => void): HTMLElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.className = 'pin-cluster'
  element.dir = 'ltr'
  if (isSelected) element.dataset.selected = 'true'
  element.append(span('only-heard', spoken))
  for (const [triage, count] of countByTriage(pins)) {
    const part = span('cluster-part', `${triage === 'DEAD' ? '✕' : triage} × ${count}`)
    part.dataset.triage = triage === '?' ? 'none' : triage
    element.append(part)
  }
  element.addEventListener('click', onChoose)
  return element
}

function span(className: string, text: string): HTMLSpanElement {
  const element = document.createElement('span')
  element.className = className
  element.textContent = text
  return element
}
