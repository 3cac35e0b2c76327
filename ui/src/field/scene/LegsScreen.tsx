import type { AssetRow, FacilityRow, LegRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import { known, rowsOf, type Known } from '../own'
import { goTo } from '../place'
import { useSignal } from '../signal'
import './scene.css'

const OVER = ['AVAILABLE', 'ABORTED']

/** The transports that are on: the crew takes its own. */
export function LegsScreen() {
  const { t, code } = useText()
  const site = useSignal(known)
  const legs = rowsOf<LegRow>(site, 'legs').filter(({ status, active }) => active && !OVER.includes(status))
  const asOf = site.pages.legs?.asOf
  return (
    <section className="form" data-state={legs.length ? 'ready' : 'empty'}>
      <h1>{t('medic.legs')}</h1>
      {asOf ? <small>{t('time.as_of', { clock: ltr(zulu(asOf, missionNow())) })}</small> : null}
      {legs.length ? null : <p>{t('medic.no_legs')}</p>}
      <ul className="cards">
        {legs.map((leg) => (
          <li key={leg.subject} data-leg={leg.status}>
            <button type="button" className="card" onClick={() => goTo('leg', leg.subject)}>
              <strong>{callsign(site, leg) ? <Code>{callsign(site, leg)}</Code> : t('medic.leg')}</strong>
              <span>{code('leg', leg.status)}</span>
              <span>{t('medic.leg_for', { count: leg.casualties.length, place: facilityName(site, leg.destination) || t('word.unknown') })}</span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="plain" onClick={() => goTo('')}>
        {t('field.back')}
      </button>
    </section>
  )
}

export const callsign = (site: Known, leg: LegRow): string =>
  rowsOf<AssetRow>(site, 'assets').find(({ subject }) => subject === leg.asset)?.callsign ?? ''
export const facilityName = (site: Known, id: string | null): string =>
  rowsOf<FacilityRow>(site, 'facilities').find(({ subject }) => subject === id)?.name ?? ''
