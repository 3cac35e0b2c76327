import type { AssetRow, BoardRow, FacilityRow, View } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { missionNow } from '../../live/missionClock'
import { LanguageMenu } from '../LanguageMenu'

interface Props {
  state: 'empty' | 'first_use'
  view: View<BoardRow>
  assets: AssetRow[]
  facilities: FacilityRow[]
}

/** With nobody hurt the board shows what stands ready, and what is not known. */
export function Readiness({ state, view, assets, facilities }: Props) {
  const { t } = useText()
  const open = facilities.filter((each) => !each.stale && each.status === 'NORMAL').length
  const unheard = facilities.filter((each) => each.stale).length
  const ready = assets.filter((each) => each.state === 'AVAILABLE').length
  return (
    <div className="readiness">
      <p className="readiness-lead">
        {state === 'first_use'
          ? t('state.first_use')
          : t('state.empty', { clock: ltr(zulu(view.complete_through ?? view.as_of, missionNow())) })}
      </p>
      {state === 'first_use' ? <LanguageMenu /> : null}
      <h3>{t('readiness.title')}</h3>
      <ul>
        <li>
          {facilities.length
            ? t('readiness.facilities', { open, all: facilities.length })
            : t('readiness.no_facilities')}
        </li>
        {unheard ? <li>{t('readiness.unheard', { count: unheard })}</li> : null}
        <li>{assets.length ? t('readiness.assets', { ready, all: assets.length }) : t('readiness.no_assets')}</li>
      </ul>
    </div>
  )
}
