import { ltr, useText } from '../../i18n/text'
import { hoursMinutes, minutesSince, zulu } from '../../i18n/time'
import { missionNow, useNow } from '../../live/missionClock'
import { known, reminders } from '../own'
import { useSignal } from '../signal'
import type { Care } from './fold'

/** Each tourniquet that is on, and how long; louder with every limit it passes. */
export function TourniquetNote({ care }: { care: Care }) {
  const { t, code } = useText()
  const now = Math.max(useNow(), missionNow())
  const limits = reminders(useSignal(known))
  const on = care.tourniquets.filter(({ off }) => off === null)
  if (!on.length) return null
  return (
    <ul className="tourniquets">
      {on.map((each) => {
        const minutes = minutesSince(each.on, now)
        const passed = limits.filter((limit) => minutes >= limit)
        const tone = passed.length === 0 ? 'quiet' : passed.length < limits.length ? 'amber' : 'red'
        return (
          <li key={`${each.limb}${each.on}`} className="notice" data-tone={tone} data-tourniquet={each.limb ?? 'unknown'}>
            {t('medic.tourniquet_on', {
              limb: code('limb', each.limb),
              age: ltr(hoursMinutes(minutes)),
              clock: ltr(zulu(each.on, now)),
            })}
            {passed.length ? <strong> {t('medic.tourniquet_over', { minutes: passed.at(-1)! })}</strong> : null}
          </li>
        )
      })}
    </ul>
  )
}
