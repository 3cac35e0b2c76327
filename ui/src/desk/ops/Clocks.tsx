import type { BoardRow } from '../../api/types'
import { ClockDetail } from '../../charts/ClockDetail'
import { isRunFor } from '../../charts/clockMath'
import { useText } from '../../i18n/text'

export function Clocks({ row }: { row: BoardRow }) {
  const { t } = useText()
  const counted = row.clocks.filter(isRunFor)
  return (
    <>
      <h3>{t('clock.title')}</h3>
      {row.triage === null && counted.some((clock) => clock.provisional) ? <p>{t('clock.provisional')}</p> : null}
      {counted.length ? (
        <ul className="clocks">
          {counted.map((clock) => (
            <ClockDetail key={clock.code} clock={clock} />
          ))}
        </ul>
      ) : (
        <p>{t(row.clocks.length ? 'clock.outside' : 'clock.hidden')}</p>
      )}
    </>
  )
}
