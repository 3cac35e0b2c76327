import type { View } from '../api/types'
import { ltr, useText } from '../i18n/text'
import { zulu } from '../i18n/time'
import { missionNow } from '../live/missionClock'
import { useAsOf } from '../live/useAsOf'

export function AsOf({ view }: { view: View<unknown> | null }) {
  const { t } = useText()
  const at = useAsOf(view)
  return at === null ? null : <span className="as-of">{t('time.as_of', { clock: ltr(zulu(at, missionNow())) })}</span>
}
