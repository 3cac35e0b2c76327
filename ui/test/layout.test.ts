import { expect, test } from 'vitest'
import { arrange, type Wish } from '../src/maps/layout'

const aWish = (x: number, y: number, labelLength = 5): Wish => ({ x, y, labelLength, half: { width: 16, height: 16 } })

test('marks with room keep their place and their label', () => {
  expect(arrange([aWish(0, 0), aWish(300, 0)])).toEqual([
    { offset: [0, 0], isLabelShown: true },
    { offset: [0, 0], isLabelShown: true },
  ])
})

test('a mark on top of a more important one steps aside', () => {
  const [first, second] = arrange([aWish(0, 0), aWish(4, 2)])
  expect(first!.offset).toEqual([0, 0])
  expect(second!.offset).not.toEqual([0, 0])
})

test('a label that would cover a mark is left out, the mark stays', () => {
  expect(arrange([aWish(60, 0), aWish(0, 0, 12)])[1]).toEqual({ offset: [0, 0], isLabelShown: false })
})

test('five marks in one place all find room of their own', () => {
  const taken = arrange(Array.from({ length: 5 }, () => aWish(0, 0))).map(({ offset }) => offset.join(' '))
  expect(new Set(taken).size).toBe(5)
})
