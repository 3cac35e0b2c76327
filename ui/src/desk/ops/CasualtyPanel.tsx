import { isRunFor } from '../../charts/clockMath'
import type { BoardRow, View } from '../../api/types'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Notice } from '../../kit/Notice'
import { TriageMark } from '../../kit/TriageMark'
import { AssignAsset } from './AssignAsset'
import { CasualtySummary } from './CasualtySummary'
import { Clocks } from './Clocks'
import { ConflictList } from './ConflictList'
import { LastKnownWell } from './LastKnownWell'
import { LegPanel } from './LegPanel'
import { OwnEntries } from './OwnEntries'
import { RequestPanel } from './RequestPanel'
import { SetTriage } from './SetTriage'
import { Timeline } from './Timeline'

interface Props {
  row: BoardRow | null
  view: View<BoardRow> | null
  /** The incident is closed: everything can be read and nothing entered. */
  isFrozen: boolean
  onClose: () => void
}

/** One casualty in full: what is urgent, what is undecided, and everything that happened. */
export function CasualtyPanel({ row, view, isFrozen, onClose }: Props) {
  const { t } = useText()
  return (
    <section className="column side" aria-labelledby="side-title" data-subject={row?.tag}>
      <div className="column-head">
        <h2 id="side-title" tabIndex={-1}>
          {row && !row.hidden.includes('triage') ? <TriageMark triage={row.triage} scheme={row.scheme} /> : null}
          {row ? <Code className="card-tag">{row.tag}</Code> : t('ops.pane.casualty')}
        </h2>
        {row ? (
          <Button kind="quiet" onPress={onClose}>
            {t('action.close')}
          </Button>
        ) : null}
      </div>
      {/* A new key for each casualty: a draft must never end up in somebody else's record.
          Tab stops here too: with nothing to press inside, it could not be scrolled by keyboard. */}
      <div className="column-body" key={row?.subject} tabIndex={row ? 0 : -1} role="group" aria-labelledby="side-title">
        {row ? <Whole row={row} view={view} isFrozen={isFrozen} /> : <p className="hint">{t('ops.choose')}</p>}
      </div>
    </section>
  )
}

function Whole({ row, view, isFrozen }: { row: BoardRow; view: View<BoardRow> | null; isFrozen: boolean }) {
  const { t } = useText()
  const isTimeUnknown = row.clocks.some((clock) => isRunFor(clock) && clock.t0.hi && !clock.t0.lo)
  const seesTriage = !row.hidden.includes('triage')
  return (
    <>
      {isFrozen ? <Notice>{t('state.read_only')}</Notice> : null}
      <CasualtySummary row={row} />
      {isFrozen ? null : <AssignAsset row={row} view={view} />}
      {isFrozen ? null : <ConflictList row={row} view={view} />}
      <Clocks row={row} />
      {isTimeUnknown && !isFrozen ? <LastKnownWell row={row} view={view} /> : null}
      {seesTriage && !isFrozen ? <SetTriage row={row} view={view} /> : null}
      {row.leg ? <LegPanel leg={row.leg} casualty={row.subject} /> : null}
      {row.request ? <RequestPanel request={row.request} /> : null}
      <OwnEntries subject={row.subject} />
      <Timeline subject={row.subject} />
    </>
  )
}
