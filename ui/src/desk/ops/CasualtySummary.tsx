import type { BoardRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { DeliveryBadge } from '../../kit/DeliveryBadge'
import { Elapsed } from '../../kit/Elapsed'
import { whereabouts } from './CasualtyCard'
import { Flags } from './Flags'
import { PositionLine } from './PositionLine'

/** Where somebody is, who said so and since when, as far as this role may know. */
export function CasualtySummary({ row }: { row: BoardRow }) {
  const text = useText()
  const { t, code } = text
  const reporter = {
    role: code('role', row.reported_by_role),
    source: code('source', row.source),
    site: ltr(row.origin),
  }
  return (
    <>
      <p>
        <strong>{whereabouts(text, row).join(' · ')}</strong>
        <br />
        {row.hidden.includes('reported_by_role') ? null : <span>{t('casualty.reported', reporter)} · </span>}
        {row.reported_at ? <Elapsed since={row.reported_at} /> : null}
      </p>
      <Flags row={row} isUnsent={false} />
      <DeliveryBadge delivery={row.delivery} />
      {row.hidden.includes('position') ? (
        <p className="faint">
          {t('fact.position')}: {t('role.hidden')}
        </p>
      ) : (
        <PositionLine position={row.position} />
      )}
    </>
  )
}
