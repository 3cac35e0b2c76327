import { useText, ltr } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import { LinkSwitch } from './LinkSwitch'
import { PeerMark } from './PeerMark'
import { bytesWords, laneRows, total } from './siteMath'
import { useSiteStatus } from './useSiteStatus'
import './site.css'

/** For the operations room: which peers are reached, what waits for each by lane, and what each has signed for. */
export function LinkStrip() {
  const { t } = useText()
  const { status, again } = useSiteStatus()
  if (!status || (status.peers.length === 0 && !status.switch.available)) return null
  return (
    <section className="link-strip" aria-label={t('site.links')}>
      <LinkSwitch state={status.switch} onSwitched={again} />
      <ul>
        {status.peers.map((peer) => {
          const waiting = total(peer.queue)
          return (
            <li key={peer.code} data-peer={peer.code} data-peer-state={peer.state}>
              <Code>{peer.code}</Code>
              <PeerMark state={peer.state} />
              {waiting.events ? (
                <>
                  <span>
                    {t('link.waiting_short', { count: waiting.events, size: ltr(bytesWords(waiting.bytes)) })}
                  </span>
                  {laneRows(peer)
                    .filter((row) => row.events > 0)
                    .map((row) => (
                      <span key={row.lane} className="flag">
                        {t('link.in_lane', { lane: t(`lane_name.${row.lane}`), count: row.events })}
                      </span>
                    ))}
                </>
              ) : (
                <span className="faint">{t('link.nothing_waits')}</span>
              )}
              {peer.last_receipt ? (
                <span className="faint">
                  {t('link.receipt_short', { clock: ltr(zulu(peer.last_receipt.at, missionNow())) })}
                </span>
              ) : null}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
