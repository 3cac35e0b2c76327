import { useText } from '../../i18n/text'

export function MapLegend() {
  const { t } = useText()
  return (
    <ul className="legend" aria-label={t('map.legend')}>
      <li>
        <svg viewBox="0 0 40 40" aria-hidden="true">
          <circle cx="20" cy="20" r="15" />
        </svg>
        {t('map.kind.casualty')}
      </li>
      <li>
        <svg viewBox="0 0 40 40" aria-hidden="true">
          <path d="M20 5 36 35H4z" />
        </svg>
        {t('map.kind.asset')}
      </li>
      <li>
        <svg viewBox="0 0 40 40" aria-hidden="true">
          <rect x="6" y="6" width="28" height="28" />
        </svg>
        {t('map.kind.facility')}
      </li>
      <li>
        <svg viewBox="0 0 40 40" aria-hidden="true" data-fresh="ageing">
          <circle cx="20" cy="20" r="15" />
        </svg>
        {t('map.fresh.ageing')}
      </li>
      <li>
        <svg viewBox="0 0 40 40" aria-hidden="true" data-fresh="old">
          <circle cx="20" cy="20" r="15" />
        </svg>
        {t('map.fresh.old')}
      </li>
    </ul>
  )
}
