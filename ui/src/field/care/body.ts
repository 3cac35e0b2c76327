/** The outline of a body in parts that a thumb can hit. Never mirrored: the patient's sides are said in words.
 *
 * One unit is 1.4 px on the narrowest phone, so a part of 40 × 40 units is 56 px square.
 */
export interface Part {
  region: string
  /** The patient's own side. */
  side: 'L' | 'R' | null
  face: 'FRONT' | 'BACK'
  path: string
  /** Where its number stands. */
  at: [number, number]
}

export const VIEW = '0 0 240 480'
const MIDDLE = 120

type Shape = [region: string, path: string, at: [number, number]]

/** One half of the body, on the viewer's left. */
const HALF: Shape[] = [
  ['ARM_UPPER', 'M70 118 Q44 116 38 146 L30 192 L70 196 L72 150 Z', [52, 160]],
  ['ARM_LOWER', 'M30 194 L70 198 L60 258 L20 254 Z', [45, 228]],
  ['HAND', 'M20 256 L60 260 Q64 296 40 304 Q12 300 14 276 Z', [38, 282]],
  ['LEG_UPPER', 'M74 292 L119 298 L117 370 L77 370 Z', [97, 334]],
  ['LEG_LOWER', 'M77 372 L117 372 L116 434 L80 434 Z', [98, 405]],
  ['FOOT', 'M78 436 L117 436 L117 478 L62 478 Q60 454 78 444 Z', [94, 458]],
]
const HEAD_TOP: Shape = ['HEAD', 'M88 42 Q88 2 120 2 Q152 2 152 42 Z', [120, 26]]
const FACE: Shape = ['FACE', 'M88 44 L152 44 Q150 84 120 84 Q90 84 88 44 Z', [120, 64]]
const HEAD_BACK: Shape = ['HEAD', 'M88 42 Q88 2 120 2 Q152 2 152 42 Q150 84 120 84 Q90 84 88 42 Z', [120, 44]]
const NECK: Shape = ['NECK', 'M98 77 Q120 92 142 77 L142 112 Q152 117 160 119 L80 119 Q88 117 98 112 Z', [120, 104]]
const CHEST: Shape = ['CHEST', 'M74 120 L119 120 L119 190 L76 190 Z', [98, 156]]
const BACK: Shape = ['BACK', 'M74 120 L119 120 L119 242 L78 242 L76 190 Z', [98, 182]]
const ABDOMEN: Shape = ['ABDOMEN', 'M76 192 L164 192 L162 242 L78 242 Z', [120, 218]]
const PELVIS: Shape = ['PELVIS', 'M78 244 L162 244 L166 290 L121 296 L119 296 L74 290 Z', [120, 268]]

/** The other half: every x mirrored about the middle. */
const other = (path: string): string =>
  path.replace(/(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)/g, (_, x: string, y: string) => `${2 * MIDDLE - Number(x)} ${y}`)

function both(face: 'FRONT' | 'BACK', shapes: Shape[]): Part[] {
  // In front of the patient the viewer's left is the patient's right; behind, sides agree.
  const [left, right] = face === 'FRONT' ? (['R', 'L'] as const) : (['L', 'R'] as const)
  return shapes.flatMap(([region, path, [x, y]]): Part[] => [
    { region, side: left, face, path, at: [x, y] },
    { region, side: right, face, path: other(path), at: [2 * MIDDLE - x, y] },
  ])
}
const whole = (face: 'FRONT' | 'BACK', shapes: Shape[]): Part[] =>
  shapes.map(([region, path, at]) => ({ region, side: null, face, path, at }))

export const FRONT: Part[] = [...whole('FRONT', [HEAD_TOP, FACE, NECK, ABDOMEN, PELVIS]), ...both('FRONT', [CHEST, ...HALF])]
export const REAR: Part[] = [...whole('BACK', [HEAD_BACK, NECK, PELVIS]), ...both('BACK', [BACK, ...HALF])]
