/** Which interventions stand under which letter, and what each still has to be asked. */
export type Asked = 'limb' | 'drug' | 'blood' | 'fluid'

export const MARCH: { letter: string; codes: string[] }[] = [
  { letter: 'M', codes: ['TQ', 'DRESSING_HAEMOSTATIC', 'DRESSING_PRESSURE', 'WOUND_PACK'] },
  { letter: 'A', codes: ['AIRWAY_MANOEUVRE', 'NPA', 'SGA', 'CRIC', 'ET_TUBE'] },
  { letter: 'R', codes: ['O2', 'CHEST_SEAL', 'NEEDLE_DECOMPRESSION', 'CHEST_TUBE'] },
  { letter: 'C', codes: ['IV_IO', 'FLUID', 'BLOOD', 'TXA', 'PELVIC_BINDER', 'CPR'] },
  { letter: 'H', codes: ['HYPOTHERMIA_PREVENTION', 'HEAD_ELEVATION'] },
  { letter: 'P', codes: ['ANALGESIC'] },
  { letter: 'A2', codes: ['ANTIBIOTIC', 'COMBAT_PILL_PACK'] },
  { letter: 'W', codes: ['WOUND_DRESSING', 'EYE_SHIELD'] },
  { letter: 'S', codes: ['SPLINT', 'DRUG_OTHER', 'ASSESSED_NO_LSI_NEEDED'] },
]

const ASKED: Record<string, Asked> = {
  TQ: 'limb',
  FLUID: 'fluid',
  BLOOD: 'blood',
  TXA: 'drug',
  ANALGESIC: 'drug',
  ANTIBIOTIC: 'drug',
  DRUG_OTHER: 'drug',
}

export const askedBy = (code: string): Asked | null => ASKED[code] ?? null
