/** Which interventions stand under which letter, and what each still has to be asked: as the policy lists them. */
import type { Policy } from '../../api/types'

export type Asked = 'limb' | 'side' | 'drug' | 'blood' | 'fluid'
const ASKED: readonly string[] = ['limb', 'side', 'drug', 'blood', 'fluid'] satisfies Asked[]
const LETTERS = ['M', 'A', 'R', 'C', 'H', 'P', 'B', 'W', 'S']

export interface Letter {
  letter: string
  codes: string[]
}

/** In the order in which hands work: MARCH, then PAWS; what this version does not know comes last. */
export function letters(policy: Policy | null): Letter[] {
  const acts = policy?.care?.acts ?? []
  const known = [...new Set([...LETTERS, ...acts.map(({ letter }) => letter)])]
  return known
    .map((letter) => ({ letter, codes: acts.filter((act) => act.letter === letter).map(({ code }) => code) }))
    .filter(({ codes }) => codes.length)
}

export const askedBy = (policy: Policy | null, code: string): Asked | null =>
  (policy?.care?.acts.find((act) => act.code === code)?.asks.find((each) => ASKED.includes(each)) as Asked | undefined) ?? null
