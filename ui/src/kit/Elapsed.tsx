import { ltr, useText } from '../i18n/text'
import { hoursMinutes, minutesSince, zulu } from '../i18n/time'
import { useNow } from '../live/missionClock'

/** `00:38 · since 10:04Z`: how long, and since when, always together. Never a live region. */
export function Elapsed({ since }: { since: string }) {
  const { t } = useText()
  const now = useNow()
  return (
    <span className="elapsed">
      {t('time.elapsed_since', { elapsed: ltr(hoursMinutes(minutesSince(since, now))), clock: ltr(zulu(since, now)) })}
    </span>
  )
}

export function Ago({ at }: { at: string }) {
  const { t } = useText()
  const now = useNow()
  return (
    <span className="elapsed">
      {t('time.ago', { elapsed: ltr(hoursMinutes(minutesSince(at, now))), clock: ltr(zulu(at, now)) })}
    </span>
  )
}
