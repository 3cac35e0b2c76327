import { useEffect, useRef, useState } from 'react'
import type { AlertRow } from '../api/types'
import { ltr, useText } from '../i18n/text'
import { Button } from '../kit/Button'
import { Code } from '../kit/Code'
import { DeliveryBadge } from '../kit/DeliveryBadge'
import { Elapsed } from '../kit/Elapsed'
import { useView } from '../live/useView'
import { isUnsent } from '../outbox/machine'
import { outbox } from '../outbox/outbox'
import { useOutbox } from '../outbox/useOutbox'
import { actionIn, maySee, useSurroundings } from './MeContext'
import { goTo } from './places'
import { useBell } from './useBell'

export const ACKNOWLEDGE = 'casualty.acknowledge_alert'
export const isOpen = (row: AlertRow): boolean => row.status === 'OPEN' || row.status === 'ESCALATED'
/** Its log has a gap before it: it can be read, and acknowledged once the gap is closed. */
export const isProvisional = (row: AlertRow): boolean => row.flags.includes('provisional')

/** The oldest alert that nobody has acknowledged, over every screen, until somebody does. */
export function AlertBar() {
  const { t, code } = useText()
  const { me } = useSurroundings()
  const { view, rows } = useView('alerts', {}, maySee(me, 'alerts'))
  const entries = useOutbox()
  const onTheWay = new Set(
    entries.filter((entry) => isUnsent(entry) && entry.command.t === ACKNOWLEDGE).map((entry) => entry.subject),
  )
  const open = rows.filter(isOpen).sort((a, b) => a.received_at.localeCompare(b.received_at))
  const newest = open.at(-1)?.subject ?? null
  const { isFlashing, isMuted, mute } = useBell(open.map((row) => row.subject))
  const [spoken, setSpoken] = useState('')
  const announced = useRef<string | null>(null)

  useEffect(() => {
    if (!newest || announced.current === newest) return
    announced.current = newest
    setSpoken(t('alert.new'))
  }, [newest, t])

  const first = open[0]
  const action = actionIn(view, ACKNOWLEDGE)
  return (
    <section
      className="alert-bar"
      aria-label={t('alert.bar')}
      data-flashing={isFlashing || undefined}
      data-open={open.length}
    >
      <span className="only-heard" role="alert">
        {spoken}
      </span>
      {first ? (
        <>
          <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
            <path d="M12 2a6 6 0 0 0-6 6v5l-2 3v1h16v-1l-2-3V8a6 6 0 0 0-6-6zM9.500 19a2.500 2.500 0 0 0 5 0z" />
          </svg>
          <strong>{t('alert.one', { channel: code('channel', first.channel) })}</strong>
          {first.callsign ? <Code>{first.callsign}</Code> : null}
          <Elapsed since={first.received_at} />
          <DeliveryBadge delivery={first.delivery} />
          {isProvisional(first) ? (
            <span className="flag" data-tone="amber">
              {t('flag.provisional')}
            </span>
          ) : null}
          {first.unverified ? (
            <span className="flag" data-tone="amber">
              {t('fact.unverified')}
            </span>
          ) : null}
          {first.status === 'ESCALATED' ? (
            <span className="flag" data-tone="red">
              {t('alert_status.ESCALATED')}
            </span>
          ) : null}
          <span className="alert-tools">
            {open.length > 1 ? (
              <Button kind="quiet" onPress={() => goTo('alerts')}>
                {t('alert.more', { count: open.length - 1 })}
              </Button>
            ) : null}
            <Button kind="quiet" onPress={mute} aria-pressed={isMuted}>
              {t(isMuted ? 'alert.unmute' : 'alert.mute')}
            </Button>
            {isProvisional(first) ? null : action.allowed ? (
              <Button
                kind="primary"
                isDisabled={onTheWay.has(first.subject)}
                onPress={() =>
                  outbox.record({ t: ACKNOWLEDGE, alert: first.subject }, { subject: first.subject, lane: 0 })
                }
              >
                {t(onTheWay.has(first.subject) ? 'flag.unsent' : 'alert.acknowledge')}
              </Button>
            ) : (
              <span>
                {t('denied.who', { roles: action.who_can.map((role) => code('role', role)).join(', ') || ltr('–') })}
              </span>
            )}
          </span>
        </>
      ) : null}
    </section>
  )
}
