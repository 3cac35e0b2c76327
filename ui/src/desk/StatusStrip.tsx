import { useState } from 'react'
import { ltr, useText } from '../i18n/text'
import { zulu } from '../i18n/time'
import { Button } from '../kit/Button'
import { useLink } from '../live/link'
import { missionNow } from '../live/missionClock'
import { isUnsent } from '../outbox/machine'
import { outbox } from '../outbox/outbox'
import { useOutboxState } from '../outbox/useOutbox'
import { OutboxPanel } from './OutboxPanel'

const DAY_MS = 24 * 3_600_000

/** Always says in words what has and has not left this desk. */
export function StatusStrip() {
  const { t } = useText()
  const [isOpen, setOpen] = useState(false)
  const { link, since } = useLink((state) => state)
  const { entries, closed, storage } = useOutboxState()
  const others = closed.filter(isUnsent).length
  const waiting = entries.filter(isUnsent)
  const rejected = entries.filter((entry) => entry.state === 'rejected').length
  const oldest = Math.min(...waiting.map((entry) => entry.queued_at))
  const isLate = waiting.length > 0 && missionNow() - oldest > DAY_MS
  const isDown = link === 'lost'
  const tone = rejected || isLate || storage !== 'well' ? 'red' : isDown || waiting.length || others ? 'amber' : 'quiet'
  const words = [
    link === 'connecting'
      ? t('strip.connecting')
      : isDown
        ? t('strip.offline', { clock: ltr(zulu(since, missionNow())) })
        : t('strip.online'),
    waiting.length ? t('strip.waiting', { count: waiting.length }) : null,
    isLate ? t('strip.late', { hours: Math.floor((missionNow() - oldest) / 3_600_000) }) : null,
    others ? t('field.others_waiting', { count: others }) : null,
    storage === 'well' ? null : t(storage === 'refused' ? 'strip.storage_refused' : 'strip.storage_cleared'),
    rejected ? t('strip.rejected', { count: rejected }) : null,
    outbox.lastSent ? t('strip.last_sent', { clock: ltr(zulu(outbox.lastSent, missionNow())) }) : null,
  ].filter(Boolean)
  return (
    <div className="strip" data-tone={tone}>
      <Button kind="quiet" onPress={() => setOpen(true)} aria-haspopup="dialog">
        <span className="strip-mark" aria-hidden="true" />
        <span role="status">{words.join(' · ')}</span>
      </Button>
      <OutboxPanel isOpen={isOpen} onClose={() => setOpen(false)} />
    </div>
  )
}
