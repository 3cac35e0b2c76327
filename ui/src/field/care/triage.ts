/** Triage schemes on the phone: the rules of `dunant.casualty.triage`, over the schemes that came with the policy.
 *
 * Common vectors hold both to the same answers. A missing observation counts only where it could change the result.
 */
export const INDETERMINATE = 'INDETERMINATE'
export type Finding = number | boolean | string | null
export type Observations = Record<string, Finding>

interface Comparison {
  of: string
  op: 'is' | 'lt' | 'le' | 'gt' | 'ge'
  value: number | boolean
}
interface Step {
  id: string
  all: Comparison[]
  any: Comparison[]
  then: string
}
export interface Scheme {
  id: string
  version: string
  default: string
  steps: Step[]
}
/** Bounds of findings that follow from observations; they come with the schemes. */
export interface Bounds {
  crt_limit_s: number
  awake_gcs: number
}
export interface SchemeAnswer {
  scheme: string
  version: string
  category: string
  possible: string[]
  missing: string[]
  warnings: string[]
}

/** Findings that follow from observations, with the observation that would settle each. */
const DERIVED: Record<string, string[]> = {
  apnoeic: ['breathes', 'breathes_after_airway'],
  airway_only: ['breathes', 'breathes_after_airway'],
  poor_perfusion: ['radial'],
  cannot_obey: ['obeys'],
  is_unconscious: ['unconscious'],
  unresponsive: ['avpu'],
}
const OBSERVED = (
  'walks breathes breathes_after_airway rr hr radial crt_s obeys unconscious gcs avpu pulse breathes_after_rescue ' +
  'distress bleeding_controlled minor_only survivable'
).split(' ')

export function triage(scheme: Scheme, seen: Observations, bounds: Bounds): SchemeAnswer {
  const known = derive(seen, bounds)
  const gaps = asked(scheme).filter((name) => known[name] === null)
  const every = product(gaps.map((name) => choices(name, scheme)))
  const full = (values: Finding[]) => ({ ...known, ...Object.fromEntries(gaps.map((name, at) => [name, values[at]!])) })
  const consistent = every.filter((values) => isConsistent(full(values)))
  // Observations that contradict each other leave no consistent choice; the scheme still answers as it is written.
  const tried = (consistent.length ? consistent : every).map((values) => ({ values, category: decide(scheme, full(values)) }))
  const possible = [...new Set(tried.map(({ category }) => category))].sort()
  const isCertain = possible.length === 1
  return {
    scheme: scheme.id,
    version: scheme.version,
    category: isCertain ? possible[0]! : INDETERMINATE,
    possible,
    missing: isCertain ? [] : missing(gaps, tried, known),
    warnings: seen.walks === true && isBadAtRest(scheme, seen, bounds) ? ['vitals_disagree'] : [],
  }
}

/** A disagreement is shown and a person decides. */
export const disagree = (answers: readonly SchemeAnswer[]): boolean =>
  new Set(answers.map(({ category }) => category).filter((each) => each !== INDETERMINATE)).size > 1

function derive(seen: Observations, bounds: Bounds): Observations {
  const given = Object.fromEntries(OBSERVED.map((name) => [name, seen[name] ?? null])) as Observations
  const { breathes, obeys, radial, crt_s, gcs, avpu } = given
  const after = given.breathes_after_airway!
  let unconscious = given.unconscious!
  if (unconscious === null && (obeys || (gcs !== null && Number(gcs) >= bounds.awake_gcs))) unconscious = false
  if (unconscious === null && (avpu === 'A' || avpu === 'U')) unconscious = avpu === 'U'
  const apnoeic = breathes || after ? false : breathes === false && after === false ? true : null
  const signs = [
    radial === null ? null : !radial,
    crt_s === null ? null : Number(crt_s) > bounds.crt_limit_s,
  ].filter((each) => each !== null)
  return {
    ...given,
    apnoeic,
    airway_only: breathes ? false : breathes === false ? after : null,
    poor_perfusion: signs.length ? signs.some(Boolean) : null,
    cannot_obey: obeys === null ? (unconscious || apnoeic ? true : null) : !obeys,
    is_unconscious: unconscious,
    // Answers to pain at most; who obeys is at least roused by a voice.
    unresponsive: avpu !== null ? avpu === 'P' || avpu === 'U' : obeys ? false : given.unconscious ? true : null,
  }
}

function holds(test: Comparison, seen: Observations): boolean {
  const found = seen[test.of] ?? null
  if (found === null) return false
  if (test.op === 'is') return found === test.value
  const [value, bound] = [Number(found), Number(test.value)]
  return test.op === 'lt' ? value < bound : test.op === 'le' ? value <= bound : test.op === 'gt' ? value > bound : value >= bound
}

const decide = (scheme: Scheme, seen: Observations): string =>
  scheme.steps.find(
    ({ all, any }) => all.every((test) => holds(test, seen)) && (!any.length || any.some((test) => holds(test, seen))),
  )?.then ?? scheme.default

const tests = (scheme: Scheme): Comparison[] => scheme.steps.flatMap(({ all, any }) => [...all, ...any])
const asked = (scheme: Scheme): string[] => [...new Set(tests(scheme).map(({ of }) => of))]

/** Values of an unknown finding that can make a difference: both truth values, or around each bound. */
function choices(name: string, scheme: Scheme): Finding[] {
  const bounds = tests(scheme).filter(({ of, op }) => of === name && op !== 'is')
  if (!bounds.length) return [false, true]
  return [...new Set(bounds.flatMap(({ value }) => [-1, 0, 1].map((shift) => Number(value) + shift)))]
}

const product = (lists: Finding[][]): Finding[][] =>
  lists.reduce<Finding[][]>((sofar, list) => sofar.flatMap((values) => list.map((value) => [...values, value])), [[]])

/** Nobody both breathes with an open airway and does not, or obeys while unconscious or without breath. */
const isConsistent = (seen: Observations): boolean =>
  !(seen.apnoeic && seen.airway_only) &&
  !((seen.is_unconscious || seen.apnoeic || seen.unresponsive) && seen.cannot_obey === false)

/** Observations to make next: those behind a gap that changes the answer for some choice of the others. */
function missing(gaps: string[], tried: { values: Finding[]; category: string }[], known: Observations): string[] {
  const wanted = new Set<string>()
  for (const [position, name] of gaps.entries()) {
    const answers = new Map<string, Set<string>>()
    for (const { values, category } of tried) {
      const rest = JSON.stringify(values.filter((_, at) => at !== position))
      answers.set(rest, (answers.get(rest) ?? new Set()).add(category))
    }
    if ([...answers.values()].some((found) => found.size > 1))
      wanted.add((DERIVED[name] ?? [name]).find((each) => (known[each] ?? null) === null) ?? name)
  }
  return [...wanted]
}

const isBadAtRest = (scheme: Scheme, seen: Observations, bounds: Bounds): boolean =>
  ['T1', 'DEAD'].includes(triage(scheme, { ...seen, walks: false }, bounds).category)
