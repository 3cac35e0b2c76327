import { ltr, useText } from '../i18n/text'
import { hoursMinutes, minutesSince, zulu } from '../i18n/time'
import { missionNow, useNow } from '../live/missionClock'
import { isUnsent } from '../outbox/machine'
import { useOutboxState } from '../outbox/useOutbox'
import { goTo, isWriting } from './place'
import { reach } from './reach'
import { lost, lostIsRead, session, signedOut, somebodyElse } from './session'
import { useSignal } from './signal'
import { takeUpdate, update } from './worker'

const DAY_MIN = 24 * 60

/** Always says in words what has and has not left this phone. */
export function Strip({ isIn, isBrief }: { isIn: boolean; isBrief: boolean }) {
  const { t } = useText()
  const { link, since } = useSignal(reach)
  const { entries, closed, storage, lastSent } = useOutboxState()
  const gone = useSignal(lost)
  const now = useNow()
  const hasUpdate = useSignal(update)
  const isOut = useSignal(signedOut)
  const busy = useSignal(session).kind === 'in' && isWriting()
  const all = [...entries, ...closed]
  const unsent = all.filter(isUnsent)
  const others = closed.filter(isUnsent).length
  const refused = all.filter((entry) => entry.state === 'rejected').length
  const oldest = Math.min(...unsent.map((entry) => entry.queued_at))
  const age = unsent.length ? minutesSince(oldest, Math.max(now, missionNow())) : 0
  const isLate = age >= DAY_MIN
  const isBad = refused > 0 || isLate || storage !== 'well' || gone > 0
  const tone = isBad ? 'red' : unsent.length || link === 'offline' ? 'amber' : 'quiet'
  const words = [
    link === 'offline'
      ? t('strip.offline', { clock: ltr(zulu(since, missionNow())) })
      : link === 'online'
        ? t('strip.online')
        : null,
    t('field.unsent', { count: unsent.length }),
    unsent.length && !isBrief ? t('field.oldest', { age: ltr(hoursMinutes(age)) }) : null,
    isLate ? t('strip.late', { hours: Math.floor(age / 60) }) : null,
    refused ? t('strip.rejected', { count: refused }) : null,
    // To a locked phone everybody is another.
    isIn && others ? t('field.others_waiting', { count: others }) : null,
    lastSent && !isBrief ? t('strip.last_sent', { clock: ltr(zulu(lastSent, missionNow())) }) : null,
  ].filter(Boolean)
  return (
    <div className="strips">
      <button type="button" className="strip" data-tone={tone} disabled={!isIn} onClick={() => goTo('outbox')}>
        <span className="strip-mark" aria-hidden="true" />
        <span role="status">{words.join(' · ')}</span>
      </button>
      {storage === 'refused' ? (
        <p className="notice" role="alert" data-tone="red">
          {t('field.storage_refused')}
        </p>
      ) : null}
      {storage === 'cleared' || gone ? (
        <div className="notice" role="alert" data-tone="red">
          <p>{gone ? t('field.records_lost', { count: gone }) : t('field.storage_cleared')}</p>
          <button type="button" className="plain" onClick={lostIsRead}>
            {t('field.understood')}
          </button>
        </div>
      ) : null}
      {isIn && isOut ? (
        <div className="notice" data-tone="amber">
          <p>{t('field.signed_out')}</p>
          <button type="button" className="plain" onClick={somebodyElse}>
            {t('door.enter')}
          </button>
        </div>
      ) : null}
      {hasUpdate ? (
        <div className="notice" data-tone="quiet">
          <p>{t('field.update')}</p>
          <button
            type="button"
            className="plain"
            disabled={busy || all.some((entry) => entry.state === 'sending')}
            onClick={takeUpdate}
          >
            {t('field.update_now')}
          </button>
        </div>
      ) : null}
    </div>
  )
}
