import type { BoardRow, View } from '../../api/types'
import { ClockDetail } from '../../charts/ClockDetail'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Elapsed } from '../../kit/Elapsed'
import { TriageMark } from '../../kit/TriageMark'
import { AssignAsset } from './AssignAsset'
import { ConflictList } from './ConflictList'
import { Flags } from './Flags'
import { LastKnownWell } from './LastKnownWell'
import { LegPanel } from './LegPanel'
import { OwnEntries } from './OwnEntries'
import { PositionLine } from './PositionLine'
import { RequestPanel } from './RequestPanel'
import { SetTriage } from './SetTriage'
import { Timeline } from './Timeline'
import { whereabouts } from './CasualtyCard'

/** One casualty in full: what is urgent, what is undecided, and everything that happened. */
export function CasualtyPanel({
  row,
  view,
  onClose,
}: {
  row: BoardRow | null
  view: View<BoardRow> | null
  onClose: () => void
}) {
  const text = useText()
  const { t, code } = text
  if (!row) {
    return (
      <section className="column side" aria-labelledby="side-title">
        <div className="column-head">
          <h2 id="side-title" tabIndex={-1}>
            {t('ops.pane.casualty')}
          </h2>
        </div>
        <div className="column-body">
          <p className="hint">{t('ops.choose')}</p>
        </div>
      </section>
    )
  }
  const counted = row.clocks.filter((clock) => clock.in_population)
  const isTimeUnknown = row.clocks.some((clock) => clock.in_population && clock.t0?.hi && !clock.t0.lo)
  return (
    <section className="column side" aria-labelledby="side-title" data-subject={row.tag}>
      <div className="column-head">
        <h2 id="side-title" tabIndex={-1}>
          {row.hidden.includes('triage') ? null : <TriageMark triage={row.triage} scheme={row.scheme} />}{' '}
          <Code className="card-tag">{row.tag}</Code>
        </h2>
        <Button kind="quiet" onPress={onClose}>
          {t('action.close')}
        </Button>
      </div>
      <div className="column-body">
        <p className="side-status">
          <strong>{whereabouts(text, row).join(' · ')}</strong>
          {row.reported_at ? (
            <>
              <br />
              {row.hidden.includes('reported_by_role') ? null : (
                <span>
                  {t('casualty.reported', {
                    role: code('role', row.reported_by_role),
                    source: code('source', row.source),
                    site: ltr(row.origin),
                  })}{' '}
                  ·{' '}
                </span>
              )}
              <Elapsed since={row.reported_at} />
            </>
          ) : null}
        </p>
        <Flags row={row} isUnsent={false} />
        {row.hidden.includes('position') ? (
          <p className="faint">
            {t('fact.position')}: {t('role.hidden')}
          </p>
        ) : (
          <PositionLine position={row.position} />
        )}
        <AssignAsset key={`assign ${row.subject}`} row={row} view={view} />
        <ConflictList row={row} view={view} />
        <h3>{t('clock.title')}</h3>
        {counted.length ? (
          <ul className="clocks">
            {counted.map((clock) => (
              <ClockDetail key={clock.code} clock={clock} />
            ))}
          </ul>
        ) : (
          <p>{t(row.clocks.length ? 'clock.outside' : 'clock.hidden')}</p>
        )}
        {isTimeUnknown ? <LastKnownWell row={row} view={view} /> : null}
        {row.hidden.includes('triage') ? null : <SetTriage key={row.subject} row={row} view={view} />}
        {row.leg ? <LegPanel leg={row.leg} casualty={row.subject} /> : null}
        {row.request ? <RequestPanel request={row.request} /> : null}
        <OwnEntries subject={row.subject} />
        <Timeline subject={row.subject} />
      </div>
    </section>
  )
}
