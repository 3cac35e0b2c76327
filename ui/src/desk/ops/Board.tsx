import { useDeferredValue, useMemo, useState, type RefObject } from 'react'
import type { AssetRow, BoardRow, FacilityRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { AsOf } from '../../kit/AsOf'
import type { ScreenState } from '../../kit/screenState'
import { TextField } from '../../kit/TextField'
import type { Viewed } from '../../live/useView'
import { moveInBoard } from './boardKeys'
import { LaneList } from './LaneList'
import { inLanes, LANES, matches } from './lanes'
import { Readiness } from './Readiness'
import { Skeleton } from './Skeleton'

interface Props {
  board: Viewed<BoardRow>
  silent: Map<string, string | null>
  selected: string | null
  onChoose: (subject: string) => void
  searchRef: RefObject<HTMLInputElement | null>
  readiness: { assets: AssetRow[]; facilities: FacilityRow[] }
  state: ScreenState
}

export function Board({ board, silent, selected, onChoose, searchRef, readiness, state }: Props) {
  const { t } = useText()
  const [asked, setAsked] = useState('')
  const sought = useDeferredValue(asked)
  const lanes = useMemo(() => inLanes(board.rows.filter((row) => matches(row, sought))), [board.rows, sought])
  const found = [...lanes.values()].flat()
  const reachable =
    found.find((row) => row.subject === selected)?.subject ?? LANES.flatMap((lane) => lanes.get(lane)!)[0]?.subject
  return (
    <section className="column board" aria-labelledby="board-title" onKeyDown={moveInBoard}>
      <div className="column-head">
        <h2 id="board-title">{t('ops.pane.board')}</h2>
        <AsOf view={board.view} />
        <TextField
          label={t('board.search')}
          className="search"
          type="search"
          value={asked}
          onChange={setAsked}
          inputRef={searchRef as RefObject<HTMLInputElement>}
          onKeyDown={(event) => event.key === 'Escape' && setAsked('')}
        />
      </div>
      <div className="column-body">
        {!board.view ? <Skeleton /> : null}
        {state === 'empty' || state === 'first_use' ? (
          <Readiness state={state} view={board.view!} {...readiness} />
        ) : null}
        {board.view && board.rows.length > 0 && found.length === 0 ? (
          <p className="faint">{t('board.none_found', { asked: ltr(sought) })}</p>
        ) : null}
        {board.rows.length > 0
          ? LANES.map((lane) => (
              <LaneList
                key={lane}
                lane={lane}
                rows={lanes.get(lane)!}
                silent={silent}
                selected={selected}
                reachable={reachable}
                onChoose={onChoose}
              />
            ))
          : null}
      </div>
    </section>
  )
}
