import type { LegRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import { useView } from '../../live/useView'
import { isUnsent } from '../../outbox/machine'
import { outbox } from '../../outbox/outbox'
import { useOwnEntries } from '../../outbox/useOutbox'
import { actionIn, maySee, useSurroundings } from '../MeContext'
import { LEG_STEPS, nextStep, type LegStep } from './legSteps'

const ACTION = 'casualty.report_leg'

/** The movement of this casualty, step by step with its times; one tap records the next step as reached now. */
export function LegPanel({
  leg,
  casualty,
}: {
  leg: { subject: string; callsign: string; status: string; eta: string | null }
  casualty: string
}) {
  const { t, code } = useText()
  const { me } = useSurroundings()
  const { view, rows } = useView('legs', {}, maySee(me, 'legs'))
  const row = rows.find((each) => each.subject === leg.subject)
  const isOnItsWay = useOwnEntries(casualty).some((entry) => isUnsent(entry) && entry.command.t === ACTION)
  const next = nextStep(leg.status)
  const report = (state: LegStep) => outbox.record({ t: ACTION, leg: leg.subject, state }, { subject: casualty })
  return (
    <>
      <h3>
        {t('leg.title')} <Code>{leg.callsign}</Code>
      </h3>
      {row ? <Steps row={row} /> : null}
      {leg.eta ? <p>{t('leg.eta', { clock: ltr(zulu(leg.eta, missionNow())) })}</p> : null}
      {view && actionIn(view, ACTION).allowed && next ? (
        <div className="row-tools">
          <Button isDisabled={isOnItsWay} onPress={() => report(next)}>
            {t('leg.report', { step: code('leg', next) })}
          </Button>
        </div>
      ) : null}
    </>
  )
}

function Steps({ row }: { row: LegRow }) {
  const { code } = useText()
  const reached = LEG_STEPS.filter((step) => row.actual[step])
  if (reached.length === 0) return null
  return (
    <ol className="steps">
      {reached.map((step) => (
        <li key={step}>
          <Code>{zulu(row.actual[step]!, missionNow())}</Code> {code('leg', step)}
        </li>
      ))}
    </ol>
  )
}
