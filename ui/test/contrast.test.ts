import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const sheet = readFileSync(new URL('../src/kit/tokens.css', import.meta.url), 'utf8')

function tokens(theme: 'sun' | 'night'): Record<string, string> {
  const block = new RegExp(`:root\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(sheet)![1]!
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]),
  )
}

/** WCAG 2.2 relative luminance. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = parseInt(colour.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light! + 0.05) / (dark! + 0.05)
}

const TEXT: [string, string[]][] = [
  ['text', ['page', 'panel', 'raised', 'selected', 'amber-wash', 'red-wash', 'track']],
  ['faint', ['page', 'panel', 'raised', 'selected', 'amber-wash']],
  ['band-text', ['band']],
  ['band-faint', ['band']],
  ['accent-text', ['accent']],
  ['good-text', ['panel', 'selected']],
  ['amber-text', ['panel', 'selected', 'amber-wash']],
  ['red-text', ['panel', 'selected', 'red-wash']],
]

const SHAPES: [string, string[]][] = [
  ...[
    't1',
    't2',
    't3',
    't4',
    'dead',
    'none',
    'good-shape',
    'amber-shape',
    'red-shape',
    'quiet-shape',
    'edge',
    'focus',
    'map-line',
  ].map((name): [string, string[]] => [name, ['panel']]),
  ['good-shape', ['track']],
  ['amber-shape', ['track', 'amber-wash']],
  ['red-shape', ['track', 'red-wash']],
  ['quiet-shape', ['track']],
  ['map-line', ['map-land', 'map-ground']],
]

describe.each([
  ['sun', 7],
  ['night', 4.5],
] as const)('%s', (theme, least) => {
  const colours = tokens(theme)
  test.each(TEXT)(`text in %s reaches ${least}:1 on all its grounds`, (ink, grounds) => {
    for (const ground of grounds)
      expect(contrast(colours[ink]!, colours[ground]!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(least)
  })
  test.each(SHAPES)('the shape %s reaches 3:1', (ink, grounds) => {
    for (const ground of grounds)
      expect(contrast(colours[ink]!, colours[ground]!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(3)
  })
  test('the letter in a map mark is readable on each triage colour', () => {
    for (const mark of ['t1', 't2', 't3', 't4', 'dead', 'none'])
      expect(contrast(colours['pin-text']!, colours[mark]!), mark).toBeGreaterThanOrEqual(4.5)
  })
})

test('night has no pure white', () => {
  expect(Object.values(tokens('night'))).not.toContain('#ffffff')
})
