import type { BoardRow, View } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Button } from '../../kit/Button'
import { missionNow } from '../../live/missionClock'
import { outbox } from '../../outbox/outbox'
import { actionIn } from '../MeContext'

const ACTION = 'casualty.estimate_injury_time'
const OFFERS_MIN = [5, 15, 30, 60]

/** With no lower bound nobody can say "inside the limit". One tap gives one. */
export function LastKnownWell({ row, view }: { row: BoardRow; view: View<BoardRow> | null }) {
  const { t } = useText()
  const latest = row.clocks.find((clock) => clock.t0?.hi)?.t0?.hi
  if (!latest || !actionIn(view, ACTION).allowed) return null
  const say = (well: string) =>
    outbox.record(
      { t: ACTION, casualty: row.subject, last_known_well: true },
      { subject: row.subject, at: { t: well, p: 'EXACT' } },
    )
  return (
    <div className="question" role="group" aria-label={t('well.question')}>
      <p>
        <strong>{t('well.question')}</strong> {t('well.why', { clock: ltr(zulu(latest, missionNow())) })}
      </p>
      <div className="row-tools">
        {OFFERS_MIN.map((minutes) => {
          const well = new Date(Date.parse(latest) - minutes * 60_000).toISOString()
          return (
            <Button key={minutes} onPress={() => say(well)}>
              {t('well.before', { minutes, clock: ltr(zulu(well, missionNow())) })}
            </Button>
          )
        })}
      </div>
    </div>
  )
}
