import { isRunFor } from '../../charts/clockMath'
import { memo } from 'react'
import type { BoardRow } from '../../api/types'
import { ClockRow } from '../../charts/ClockRow'
import { ClockSummary } from '../../charts/ClockSummary'
import { ltr, useText, type Text } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { DeliveryBadge } from '../../kit/DeliveryBadge'
import { TriageMark } from '../../kit/TriageMark'
import { missionNow } from '../../live/missionClock'
import { isUnsent } from '../../outbox/machine'
import { useOwnEntries } from '../../outbox/useOutbox'
import { Flags } from './Flags'

interface Props {
  row: BoardRow
  isSilent: boolean
  isSelected: boolean
  isReachable: boolean
  onChoose: (subject: string) => void
}

export const CasualtyCard = memo(function CasualtyCard({ row, isSilent, isSelected, isReachable, onChoose }: Props) {
  const text = useText()
  const { t } = text
  const isUnsentHere = useOwnEntries(row.subject).some(isUnsent)
  const counted = row.clocks.filter(isRunFor)
  const hasArrived =
    (row.lane === 'handed_over' || row.lane === 'closed') &&
    counted.every((clock) => clock.stop !== null || clock.verdict === 'ENDED_BY_DEATH')
  return (
    <button
      type="button"
      className="card"
      data-card={row.tag}
      data-triage={row.triage ?? 'none'}
      data-status={row.status}
      data-conflict={row.conflicts.length > 0 || undefined}
      data-silent={isSilent || undefined}
      data-unsent={isUnsentHere || undefined}
      aria-current={isSelected || undefined}
      tabIndex={isReachable ? 0 : -1}
      onClick={() => onChoose(row.subject)}
    >
      <span className="card-head">
        {row.hidden.includes('triage') ? null : <TriageMark triage={row.triage} scheme={row.scheme} />}
        <Code className="card-tag">{row.tag}</Code>
        {isSilent ? (
          <span className="card-doubt" title={t('flag.silent')}>
            ?
          </span>
        ) : null}
        <span className="card-status">{nextMove(text, row)}</span>
      </span>
      {counted.length ? (
        hasArrived ? (
          <ClockSummary clocks={counted} />
        ) : (
          <span className="card-clocks">
            {counted.map((clock) => (
              <ClockRow key={clock.code} clock={clock} />
            ))}
          </span>
        )
      ) : null}
      <Flags
        row={row}
        isUnsent={isUnsentHere}
        lead={row.clocks.length > 0 && counted.length === 0 ? t('clock.outside') : null}
      />
      <DeliveryBadge delivery={row.delivery} />
    </button>
  )
})

const SAID_BY_LANE: Record<string, string> = {
  AWAITING_EVAC: 'assigned',
  IN_TRANSIT: 'en_route',
  AT_FACILITY: 'handed_over',
}

/** On a card the lane already says the status; only what it does not say is repeated. */
const nextMove = (text: Text, row: BoardRow): string => {
  const parts = whereabouts(text, row)
  return (SAID_BY_LANE[row.status] === row.lane && parts.length > 1 ? parts.slice(1) : parts).join(' · ')
}

/** Where the casualty is and what moves next, in a few words. */
export function whereabouts({ t, code }: Text, row: BoardRow): string[] {
  const parts = [code('status', row.status)]
  if (row.status === 'AT_FACILITY' && row.facility) parts.push(row.facility.name)
  else if (row.leg && row.lane !== 'handed_over' && row.lane !== 'closed') {
    parts.push(ltr(row.leg.callsign), code('leg', row.leg.status))
    if (row.leg.eta) parts.push(t('leg.eta', { clock: ltr(zulu(row.leg.eta, missionNow())) }))
  } else if (row.request && row.lane === 'reported') parts.push(code('request_status', row.request.status))
  return parts
}
