/** Arrow keys in the board: up and down through the cards, left and right from lane to lane in reading direction. */
import type { KeyboardEvent } from 'react'

export function moveInBoard(event: KeyboardEvent<HTMLElement>): void {
  const card = (event.target as HTMLElement).closest<HTMLElement>('[data-card]')
  if (!card) return
  const target = next(event.currentTarget, card, event.key)
  if (!target) return
  event.preventDefault()
  target.focus()
  target.scrollIntoView({ block: 'nearest' })
}

function next(board: HTMLElement, card: HTMLElement, key: string): HTMLElement | undefined {
  const cards = [...board.querySelectorAll<HTMLElement>('[data-card]')]
  const here = cards.indexOf(card)
  if (key === 'ArrowDown') return cards[here + 1]
  if (key === 'ArrowUp') return cards[here - 1]
  if (key === 'Home') return cards[0]
  if (key === 'End') return cards.at(-1)
  const isRtl = getComputedStyle(board).direction === 'rtl'
  const step = key === (isRtl ? 'ArrowLeft' : 'ArrowRight') ? 1 : key === (isRtl ? 'ArrowRight' : 'ArrowLeft') ? -1 : 0
  if (!step) return undefined
  const lanes = [...board.querySelectorAll<HTMLElement>('[data-lane]')].filter((lane) =>
    lane.querySelector('[data-card]'),
  )
  const lane = lanes[lanes.indexOf(card.closest<HTMLElement>('[data-lane]')!) + step]
  return lane?.querySelector<HTMLElement>('[data-card]') ?? undefined
}
