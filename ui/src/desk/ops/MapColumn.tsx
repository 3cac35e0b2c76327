import { lazy, Suspense, useMemo, useState } from 'react'
import type { AssetRow, BoardRow, FacilityRow } from '../../api/types'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { useNow } from '../../live/missionClock'
import { makePins, type Pin } from '../../maps/pins'
import { useSurroundings } from '../MeContext'
import { MapLegend } from './MapLegend'
import { MapList } from './MapList'

const MissionMap = lazy(() => import('../../maps/MissionMap'))

interface Props {
  casualties: BoardRow[]
  assets: AssetRow[]
  facilities: FacilityRow[]
  selected: string | null
  onChoose: (subject: string) => void
}

export function MapColumn({ casualties, assets, facilities, selected, onChoose }: Props) {
  const { t, language } = useText()
  const { me, policy } = useSurroundings()
  const now = useNow(5 * 60_000)
  const [isList, setList] = useState(false)
  const [cannotDraw, setCannotDraw] = useState(false)
  const pins = useMemo(() => makePins(casualties, assets, facilities, now), [casualties, assets, facilities, now])
  const choose = (pin: Pin) => (pin.kind === 'casualty' ? onChoose(pin.id) : setList(true))
  const notice = policy?.map_notice?.[language] ?? t('map.notice')
  const showsList = isList || cannotDraw
  return (
    <section className="column map-column" aria-labelledby="map-title">
      <div className="column-head">
        <h2 id="map-title">{t('ops.pane.map')}</h2>
        <Button kind="quiet" aria-pressed={showsList} isDisabled={cannotDraw} onPress={() => setList(!isList)}>
          {t(showsList ? 'map.show_map' : 'map.show_list')}
        </Button>
      </div>
      <div className="map-body">
        {cannotDraw ? <p className="hint">{t('map.cannot_draw')}</p> : null}
        {showsList ? (
          <MapList pins={pins} onChoose={onChoose} />
        ) : (
          <Suspense fallback={<p className="hint">{t('map.loading')}</p>}>
            <MissionMap
              pins={pins}
              bbox={me.mission.bbox}
              selected={selected}
              onChoose={choose}
              onFailure={() => setCannotDraw(true)}
            />
          </Suspense>
        )}
      </div>
      {showsList ? null : <MapLegend />}
      <p className="map-notice">{notice}</p>
    </section>
  )
}
