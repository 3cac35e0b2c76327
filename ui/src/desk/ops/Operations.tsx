import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useText } from '../../i18n/text'
import { screenState } from '../../kit/screenState'
import { StateFrame } from '../../kit/StateFrame'
import { useLink } from '../../live/link'
import { useView } from '../../live/useView'
import { isUnsent } from '../../outbox/machine'
import { useOutbox } from '../../outbox/useOutbox'
import { maySee, useSurroundings } from '../MeContext'
import { usePlace } from '../places'
import { useKeys } from '../useKeys'
import { Board } from './Board'
import { CasualtyPanel } from './CasualtyPanel'
import { LedgerStrip } from './LedgerStrip'
import { MapColumn } from './MapColumn'
import { OpsNotes } from './OpsNotes'
import { PaneTabs, type Pane } from './PaneTabs'
import { useSteadyRefresh } from './useSteadyRefresh'
import { useSilentSites } from './useSilentSites'

const LinkStrip = lazy(() => import('../site/LinkStrip').then((found) => ({ default: found.LinkStrip })))

/** On a narrow screen the card that was pressed is hidden now; the reader goes on at the heading of what replaced it. */
function focusIfLost(selector: string): void {
  const active = document.activeElement as HTMLElement | null
  if (!active || active === document.body || active.offsetParent === null)
    document.querySelector<HTMLElement>(selector)?.focus()
}

/** D1: the board, the map and the timeline of one casualty, live. */
export function Operations() {
  const { t } = useText()
  const { me } = useSurroundings()
  const board = useView('board')
  const incidents = useView('incidents', {}, maySee(me, 'incidents'))
  const assets = useView('assets', {}, maySee(me, 'assets'))
  const facilities = useView('facilities', {}, maySee(me, 'facilities'))
  const entries = useOutbox()
  const isOffline = useLink((state) => state.link === 'lost')
  const { casualty, open } = usePlace()
  const [pane, setPane] = useState<Pane>('board')
  const search = useRef<HTMLInputElement>(null)
  const silent = useSilentSites(board.view)
  const selected = board.rows.find((row) => row.subject === casualty) ?? null

  // The count of people changes with the board, but no event of the incident says so.
  useSteadyRefresh(
    useCallback(() => {
      board.again()
      incidents.again()
    }, [board.again, incidents.again]),
  )
  const people = board.rows.length
  useEffect(() => incidents.again(), [people, incidents.again])
  useKeys(useMemo(() => ({ '/': () => search.current?.focus() }), []))
  const choose = (subject: string) => {
    open(subject)
    setPane('casualty')
    requestAnimationFrame(() => focusIfLost('#side-title'))
  }
  const close = () => {
    open(null)
    setPane('board')
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-card][tabindex="0"]')?.focus())
  }
  const isFrozen = incidents.rows.some((row) => row.subject === selected?.incident && row.status === 'CLOSED')
  const isReadOnly =
    incidents.rows.length > 0 && board.rows.length > 0 && incidents.rows.every((row) => row.status === 'CLOSED')
  const state = screenState({
    view: board.view,
    error: board.error,
    isOffline,
    isReadOnly,
    unsent: entries.filter(isUnsent).length,
    isUntouched: incidents.view !== null && incidents.rows.length === 0,
    hasConflict: board.rows.some((row) => row.conflicts.length > 0),
    silentSites: silent.size,
  })

  return (
    <StateFrame state={state} label={t('place.ops')} notes={<OpsNotes state={state} board={board} silent={silent} />}>
      {state === 'denied' ? null : (
        <>
          <LedgerStrip incidents={incidents.rows} />
          {me.permissions.includes('site.look') ? (
            <Suspense fallback={null}>
              <LinkStrip />
            </Suspense>
          ) : null}
          <PaneTabs pane={pane} onPane={setPane} />
          <div className="ops" data-pane={pane}>
            <Board
              board={board}
              silent={silent}
              selected={casualty}
              onChoose={choose}
              searchRef={search}
              readiness={{ assets: assets.rows, facilities: facilities.rows }}
              state={state}
            />
            <MapColumn
              casualties={board.rows}
              assets={assets.rows}
              facilities={facilities.rows}
              selected={casualty}
              onChoose={choose}
            />
            <CasualtyPanel row={selected} view={board.view} isFrozen={isFrozen} onClose={close} />
          </div>
        </>
      )}
    </StateFrame>
  )
}
