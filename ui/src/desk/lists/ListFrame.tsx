import type { ReactNode } from 'react'
import type { Viewed } from '../../live/useView'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { AsOf } from '../../kit/AsOf'
import { Button } from '../../kit/Button'
import { Denied, rolesNamed } from '../../kit/Denied'
import { errorText } from '../../kit/errorText'
import { Notice } from '../../kit/Notice'
import { screenState } from '../../kit/screenState'
import { SlowLoading } from '../../kit/SlowLoading'
import { SilentNote } from '../../kit/SilentNote'
import { StateFrame } from '../../kit/StateFrame'
import { useLink } from '../../live/link'
import { missionNow } from '../../live/missionClock'
import { useSilentSites } from '../ops/useSilentSites'

interface Props {
  title: string
  empty: string
  seen: Viewed<unknown>
  hasConflict?: boolean
  /** What stands there also when the list is empty, such as a way to add to it. */
  isListAlways?: boolean
  children: ReactNode
}

/** Every simple list: title, as-of, and the designed states around it. */
export function ListFrame({ title, empty, seen, hasConflict, isListAlways, children }: Props) {
  const text = useText()
  const { t } = text
  const isOffline = useLink((link) => link.link === 'lost')
  const since = useLink((link) => link.since)
  const silent = useSilentSites(seen.view)
  const state = screenState({
    view: seen.view,
    error: seen.error,
    isOffline,
    unsent: 0,
    hasConflict: hasConflict ?? false,
    silentSites: silent.size,
  })
  const now = missionNow()
  const notes = (
    <div className="notes">
      {state === 'denied' ? <Denied what={title} who={rolesNamed(seen.error)} /> : null}
      {state === 'error' && seen.error ? (
        <Notice tone="red">
          <p>{errorText(text, seen.error.code, seen.error.params)}</p>
          <p className="faint">{t('error.code', { code: ltr(seen.error.code) })}</p>
          <Button onPress={seen.again}>{t('action.retry')}</Button>
        </Notice>
      ) : null}
      {state === 'loading' ? <SlowLoading /> : null}
      {state === 'offline_queue' && seen.view ? (
        <Notice tone="amber">
          {t('state.offline', {
            clock: ltr(zulu(since, now)),
            as_of: ltr(zulu(Math.max(since, Date.parse(seen.view.as_of)), now)),
          })}
        </Notice>
      ) : null}
      <SilentNote silent={silent} all={seen.view?.sources.length ?? 0} />
    </div>
  )
  return (
    <StateFrame state={state} label={title} notes={notes}>
      <div className="list-screen">
        <div className="column-head">
          <h2>{title}</h2>
          <AsOf view={seen.view} />
        </div>
        {seen.view && seen.rows.length === 0 && !isListAlways ? <p className="hint">{empty}</p> : children}
      </div>
    </StateFrame>
  )
}
