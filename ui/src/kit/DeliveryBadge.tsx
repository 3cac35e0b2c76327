import type { Delivery } from '../api/types'
import { ltr, useText } from '../i18n/text'
import { zulu } from '../i18n/time'
import { missionNow } from '../live/missionClock'

/** The furthest step, for a mark that is told apart without colour: hollow, half, filled. */
const SHAPE: Record<Delivery['state'], string> = {
  ON_DEVICE: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 2.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11z',
  AT_SITE: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 2.500v11a5.500 5.500 0 0 1 0-11z',
  RELAYED: 'M3 10.500h10V6l8 6-8 6v-4.500H3z',
  AT_DESTINATION: 'M9.500 18.500 3 12l2-2 4.500 4.500L19 5l2 2z',
}

/** How far a record has come: on this device, at the site, received and read elsewhere. Nothing known, nothing shown. */
export function DeliveryBadge({ delivery }: { delivery: Delivery | null | undefined }) {
  const { t, code } = useText()
  if (!delivery) return null
  const now = missionNow()
  const words = [
    t(`delivery.${delivery.state === 'ON_DEVICE' ? 'on_device' : 'at_site'}`, { site: ltr(delivery.site) }),
    ...(delivery.received.length ? [] : delivery.relayed.map((site) => t('delivery.relayed', { site: ltr(site) }))),
    ...delivery.received.map(({ site, at }) => t('delivery.received', { site: ltr(site), clock: ltr(zulu(at, now)) })),
    ...delivery.read.map(({ by_role, at }) =>
      t('delivery.read', { role: code('role', by_role), clock: ltr(zulu(at, now)) }),
    ),
  ]
  return (
    <span className="delivery" data-delivery={delivery.state} data-overdue={delivery.overdue || undefined}>
      <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
        <path d={SHAPE[delivery.state]} fillRule="evenodd" />
      </svg>
      <span>
        {words.join(' · ')}
        {delivery.overdue ? (
          <>
            {' '}
            <span className="flag" data-tone="red">
              {t('delivery.overdue')}
            </span>
          </>
        ) : null}
      </span>
    </span>
  )
}
