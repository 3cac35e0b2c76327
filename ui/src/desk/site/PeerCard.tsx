import type { Peer } from '../../api/site'
import { ltr, useText, type Text } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { missionNow } from '../../live/missionClock'
import { PeerMark } from './PeerMark'
import { bytesWords, finish, laneRows, rateWords, total } from './siteMath'

export const finishWords = ({ t }: Text, seconds: number | null): string => {
  const wait = finish(seconds)
  return wait ? t(`link.finish_${wait.unit}`, { value: wait.value }) : t('link.finish_unknown')
}

/** One peer: whether it can be reached, what waits for it by lane, how good the line is, and what it has signed for. */
export function PeerCard({ peer }: { peer: Peer }) {
  const text = useText()
  const { t, code, has } = text
  const waiting = total(peer.queue)
  const reason = peer.reason?.replace(/^sync\./, '')
  return (
    <li className="tile peer" data-peer={peer.code} data-peer-state={peer.state}>
      <div className="row-head">
        <h3>
          <Code>{peer.code}</Code>
        </h3>
        <PeerMark state={peer.state} />
        {peer.mode === 'alert' ? (
          <span className="flag" data-tone="amber">
            {t('link.mode_alert')}
          </span>
        ) : null}
      </div>
      {reason ? <p className="refusal">{has(`rule.${reason}`) ? code('rule', reason) : ltr(reason)}</p> : null}
      <dl className="figures">
        <div>
          <dt>{t('link.last_contact')}</dt>
          <dd>{peer.last_contact ? <Ago at={peer.last_contact} /> : t('link.never')}</dd>
        </div>
        <div>
          <dt>{t('link.clock')}</dt>
          <dd>
            {peer.clock_diff_ms === null ? (
              t('word.unknown')
            ) : (
              <span className={peer.clock_suspect ? 'flag' : undefined} data-tone={peer.clock_suspect ? 'red' : undefined}>
                {t(peer.clock_suspect ? 'link.clock_suspect' : 'link.clock_diff', {
                  seconds: ltr((Math.abs(peer.clock_diff_ms) / 1000).toFixed(1)),
                })}
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('link.quality')}</dt>
          <dd>
            <Code>
              {[
                peer.bandwidth_bit_s === null ? null : rateWords(peer.bandwidth_bit_s),
                peer.rtt_ms === null ? null : `${Math.round(peer.rtt_ms)} ms`,
              ]
                .filter(Boolean)
                .join(' · ') || '–'}
            </Code>
          </dd>
        </div>
        <div>
          <dt>{t('link.traffic')}</dt>
          <dd>
            <Code>{`↑ ${bytesWords(peer.sent_bytes)} ↓ ${bytesWords(peer.received_bytes)}`}</Code>
          </dd>
        </div>
        <div>
          <dt>{t('link.receipt')}</dt>
          <dd>{peer.last_receipt ? <Code>{zulu(peer.last_receipt.at, missionNow())}</Code> : t('link.no_receipt')}</dd>
        </div>
      </dl>
      <table className="lanes">
        <caption>{t('link.queue', { peer: ltr(peer.code) })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('link.lane')}</th>
            <th scope="col">{t('link.events')}</th>
            <th scope="col">{t('link.size')}</th>
            <th scope="col">{t('link.incoming')}</th>
          </tr>
        </thead>
        <tbody>
          {laneRows(peer).map((row) => (
            <tr key={row.lane} data-lane-row={row.lane} data-waiting={row.events > 0 || undefined}>
              <th scope="row">{t(`lane_name.${row.lane}`)}</th>
              <td>{row.events}</td>
              <td>
                <Code>{bytesWords(row.bytes)}</Code>
              </td>
              <td>{row.incoming}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        {waiting.events
          ? t('link.waiting', {
              count: waiting.events,
              size: ltr(bytesWords(waiting.bytes)),
              finish: finishWords(text, peer.finish_s),
            })
          : t(peer.complete ? 'link.complete' : 'link.nothing_waits')}
      </p>
      {peer.software ? (
        <p className="faint">
          <Code>{`${peer.software}${peer.protocol === null ? '' : ` · pv ${peer.protocol}`}`}</Code>
        </p>
      ) : null}
    </li>
  )
}
