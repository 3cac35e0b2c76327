import type { AlertRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { DeliveryBadge } from '../../kit/DeliveryBadge'
import { Elapsed } from '../../kit/Elapsed'
import { missionNow } from '../../live/missionClock'
import { useView } from '../../live/useView'
import { isUnsent } from '../../outbox/machine'
import { outbox } from '../../outbox/outbox'
import { useOwnEntries } from '../../outbox/useOutbox'
import { ACKNOWLEDGE, isOpen, isProvisional } from '../AlertBar'
import { actionIn, useSurroundings } from '../MeContext'
import { PositionLine } from '../ops/PositionLine'
import { ListFrame } from './ListFrame'

export function AlertsScreen() {
  const { t } = useText()
  const seen = useView('alerts')
  const rows = [...seen.rows].sort(
    (a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.received_at.localeCompare(a.received_at),
  )
  const mayAcknowledge = actionIn(seen.view, ACKNOWLEDGE).allowed
  return (
    <ListFrame title={t('place.alerts')} empty={t('alert.none')} seen={seen}>
      <ul className="tiles">
        {rows.map((row) => (
          <AlertTile key={row.subject} row={row} mayAcknowledge={mayAcknowledge} />
        ))}
      </ul>
    </ListFrame>
  )
}

function AlertTile({ row, mayAcknowledge }: { row: AlertRow; mayAcknowledge: boolean }) {
  const { t, code } = useText()
  const { me } = useSurroundings()
  const isOnItsWay = useOwnEntries(row.subject).some(isUnsent)
  return (
    <li className="tile" data-status={row.status}>
      <div className="row-head">
        <strong>{t('alert.one', { channel: code('channel', row.channel) })}</strong>
        {row.callsign ? <Code>{row.callsign}</Code> : null}
        <span className="flag" data-tone={isOpen(row) ? 'red' : undefined}>
          {code('alert_status', row.status)}
        </span>
        {row.exercise && !me.mission.exercise ? (
          <span className="flag" data-tone="amber">
            {t('exercise.short')}
          </span>
        ) : null}
      </div>
      <Elapsed since={row.received_at} />
      {isProvisional(row) ? (
        <p>
          <span className="flag" data-tone="amber">
            {t('flag.provisional')}
          </span>
        </p>
      ) : null}
      {row.unverified ? (
        <p>
          <span className="flag" data-tone="amber">
            {t('fact.unverified')}
          </span>
        </p>
      ) : null}
      <PositionLine position={row.position} />
      <DeliveryBadge delivery={row.delivery} />
      {row.acknowledged.map(({ role, at }) => (
        <p key={role + at}>
          {t('alert.acknowledged_by', { role: code('role', role), clock: ltr(zulu(at, missionNow())) })}
        </p>
      ))}
      {isOpen(row) && !isProvisional(row) && mayAcknowledge ? (
        <Button
          isDisabled={isOnItsWay}
          onPress={() => outbox.record({ t: ACKNOWLEDGE, alert: row.subject }, { subject: row.subject, lane: 0 })}
        >
          {t(isOnItsWay ? 'flag.unsent' : 'alert.acknowledge')}
        </Button>
      ) : null}
    </li>
  )
}
