import type { ReactNode } from 'react'
import type { ConflictValue as Value } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import { fieldValue } from './fieldWords'

export const letterOf = (index: number): string => String.fromCharCode(65 + index)

/** The last part of a device's id: enough to tell two phones apart over the radio. */
const shortDevice = (device: string): string => (device.length > 12 ? device.slice(-4).toUpperCase() : device)

/** One value with everything a person needs to weigh it against the other. */
export function ConflictValue({
  field,
  each,
  letter,
  children,
}: {
  field: string
  each: Value
  letter: string
  children?: ReactNode
}) {
  const text = useText()
  const { t, code, list } = text
  const now = missionNow()
  const isSure = each.p === 'EXACT' || each.p === 'MINUTE'
  return (
    <div className="conflict-value">
      <span className="conflict-letter" aria-hidden="true">
        {letter}
      </span>
      <strong>
        <bdi>{fieldValue(text, field, each.value)}</bdi>
      </strong>
      {each.by_role ? (
        <span>
          {code('role', each.by_role)}
          {each.device ? <> · {t('conflict.device', { device: ltr(shortDevice(each.device)) })}</> : null}
          {each.origin ? (
            <>
              {' · '}
              <Code>{each.origin}</Code>
            </>
          ) : null}
        </span>
      ) : null}
      <span>
        {t('conflict.happened', { clock: ltr((isSure ? '' : '≈ ') + zulu(each.at, now)) })}
        {isSure ? null : ` (${code('precision', each.p)})`}
      </span>
      {each.rx ? <span>{t('conflict.arrived', { clock: ltr(zulu(each.rx, now)) })}</span> : null}
      {each.clock ? (
        <span className={each.clock.suspect ? 'flag' : undefined} data-tone={each.clock.suspect ? 'amber' : undefined}>
          {each.clock.diff_ms === null
            ? t('conflict.clock_unknown')
            : t(each.clock.suspect ? 'conflict.clock_suspect' : 'conflict.clock', {
                seconds: ltr(Math.round(Math.abs(each.clock.diff_ms) / 1000)),
              })}
        </span>
      ) : null}
      <span>
        {each.seen.length
          ? t('conflict.saw', { values: list(each.seen.map((value) => fieldValue(text, field, value))) })
          : t(each.saw.length ? 'conflict.saw_earlier' : 'conflict.saw_nothing')}
      </span>
      {children}
    </div>
  )
}
