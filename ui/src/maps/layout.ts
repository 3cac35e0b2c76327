/** Where marks and their labels go when several want the same place on the screen. */

export interface Wish {
  x: number
  y: number
  /** Half of the mark's own size. */
  half: { width: number; height: number }
  labelLength: number
}

export interface Placed {
  offset: [number, number]
  isLabelShown: boolean
}

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

const STEP = 36
const FAR = 2.5 * STEP
const NUDGES: [number, number][] = [
  [0, 0],
  [0, STEP],
  [0, -STEP],
  [-STEP, 0],
  [-STEP, STEP],
  [-STEP, -STEP],
  [0, 2 * STEP],
  [0, -2 * STEP],
  [FAR, 0],
  [FAR, STEP],
  [FAR, -STEP],
  [-FAR, 0],
  [0, 3 * STEP],
  [0, 4 * STEP],
]
const LETTER_PX = 8.8
const LABEL_HALF_HEIGHT = 10

const meets = (one: Box, other: Box) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom

/** Wishes come most important first: the first keeps its place and label, later ones step aside or go without a label. */
export function arrange(wishes: readonly Wish[]): Placed[] {
  const taken: Box[] = []
  const isFree = (box: Box) => !taken.some((each) => meets(each, box))
  return wishes.map((wish) => {
    const markAt = ([dx, dy]: [number, number]): Box => ({
      left: wish.x + dx - wish.half.width,
      right: wish.x + dx + wish.half.width,
      top: wish.y + dy - wish.half.height,
      bottom: wish.y + dy + wish.half.height,
    })
    const offset = NUDGES.find((nudge) => isFree(markAt(nudge))) ?? [0, 0]
    const mark = markAt(offset)
    const label: Box = {
      left: mark.right + 2,
      right: mark.right + 12 + wish.labelLength * LETTER_PX,
      top: wish.y + offset[1] - LABEL_HALF_HEIGHT,
      bottom: wish.y + offset[1] + LABEL_HALF_HEIGHT,
    }
    const isLabelShown = wish.labelLength > 0 && isFree(label)
    taken.push(mark)
    if (isLabelShown) taken.push(label)
    return { offset, isLabelShown }
  })
}
