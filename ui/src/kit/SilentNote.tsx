import { ltr, useText } from '../i18n/text'
import { zulu } from '../i18n/time'
import { missionNow } from '../live/missionClock'
import { Notice } from './Notice'

/** Which sites nobody has heard for too long, and when they were last heard. What they said stays on the screen. */
export function SilentNote({ silent, all }: { silent: Map<string, string | null>; all: number }) {
  const { t, list } = useText()
  if (silent.size === 0) return null
  const now = missionNow()
  const names = [...silent].map(([site, heard]) =>
    heard
      ? t('state.site_heard', { site: ltr(site), clock: ltr(zulu(heard, now)) })
      : t('state.site_never', { site: ltr(site) }),
  )
  return (
    <Notice tone="amber">
      {t('state.partial', { sites: list(names), heard: Math.max(0, all - names.length), all })}
    </Notice>
  )
}
