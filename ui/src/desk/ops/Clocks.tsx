import type { BoardRow } from '../../api/types'
import { ClockDetail } from '../../charts/ClockDetail'
import { useText } from '../../i18n/text'

export function Clocks({ row }: { row: BoardRow }) {
  const { t } = useText()
  const counted = row.clocks.filter((clock) => clock.in_population)
  return (
    <>
      <h3>{t('clock.title')}</h3>
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
