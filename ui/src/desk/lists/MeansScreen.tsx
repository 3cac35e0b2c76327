import { useText } from '../../i18n/text'
import { useView } from '../../live/useView'
import { AssetTable } from './AssetTable'
import { FacilityTable } from './FacilityTable'
import { ListFrame } from './ListFrame'

/** What there is to help with. What has not reported lately is unknown, never free. */
export function MeansScreen() {
  const { t } = useText()
  const facilities = useView('facilities')
  const assets = useView('assets')
  return (
    <>
      <ListFrame title={t('means.facilities')} empty={t('readiness.no_facilities')} seen={facilities}>
        <FacilityTable rows={facilities.rows} />
      </ListFrame>
      <ListFrame title={t('means.assets')} empty={t('readiness.no_assets')} seen={assets}>
        <AssetTable rows={assets.rows} />
      </ListFrame>
    </>
  )
}
