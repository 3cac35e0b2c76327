/** The steps of a leg in their order, and which one usually comes next. */
export const LEG_STEPS = [
  'NOTIFIED',
  'CREW_READY',
  'LAUNCHED',
  'ON_SCENE',
  'PATIENT_LOADED',
  'DEPARTED',
  'ARRIVED',
  'HANDED_OVER',
] as const

export type LegStep = (typeof LEG_STEPS)[number]

export const nextStep = (status: string): LegStep | null => {
  const here = LEG_STEPS.findIndex((step) => step === status)
  return status === 'PLANNED' || here >= 0 ? (LEG_STEPS[here + 1] ?? null) : null
}
