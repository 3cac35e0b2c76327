import { useState } from 'react'
import type { Conflict, View } from '../../api/types'
import type { ResolveConflict } from '../../api/wire'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Denied } from '../../kit/Denied'
import { TextField } from '../../kit/TextField'
import { missionNow } from '../../live/missionClock'
import { isUnsent } from '../../outbox/machine'
import { outbox } from '../../outbox/outbox'
import { useOwnEntries } from '../../outbox/useOutbox'
import { actionIn } from '../MeContext'
import { valueWords } from './factWords'
import { ThirdValue } from './ThirdValue'

const ACTION = 'casualty.resolve_conflict'

/** Two values made without knowledge of each other; a person decides, and says why. */
export function SideBySide({
  subject,
  conflict,
  view,
}: {
  subject: string
  conflict: Conflict
  view: View<unknown> | null
}) {
  const text = useText()
  const { t, code, has } = text
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const isOnItsWay = useOwnEntries(subject).some(
    (entry) => isUnsent(entry) && entry.command.t === ACTION && entry.command.field === conflict.field,
  )
  const action = actionIn(view, ACTION)
  const take = (value: ResolveConflict['value']) => {
    if (!reason.trim()) return setMissing(true)
    // Every value seen is named as base: the decision covers these and no later one.
    outbox.record(
      { t: ACTION, subject_id: subject, field: conflict.field, value, reason: reason.trim() },
      { subject, base: conflict.values.map((each) => each.event) },
    )
  }
  const label = has(`fact.${conflict.field}`) ? t(`fact.${conflict.field}`) : conflict.field
  return (
    <section
      className="conflict"
      data-conflict-field={conflict.field}
      aria-label={t('conflict.title', { field: label })}
    >
      <h3>{t('conflict.title', { field: label })}</h3>
      <div className="conflict-values">
        {conflict.values.map((each, index) => (
          <div key={each.event} className="conflict-value">
            <span className="conflict-letter" aria-hidden="true">
              {String.fromCharCode(65 + index)}
            </span>
            <strong>{valueWords(text, conflict.field, each.value)?.value ?? t('word.unknown')}</strong>
            <span>
              {code('role', each.by_role)} · <Code>{each.origin}</Code>
            </span>
            {each.at ? <span>{t('conflict.happened', { clock: ltr(zulu(each.at, missionNow())) })}</span> : null}
            <span>{t(each.saw.length ? 'conflict.saw_earlier' : 'conflict.saw_nothing')}</span>
            {action.allowed ? (
              <Button isDisabled={isOnItsWay} onPress={() => take(each.value as ResolveConflict['value'])}>
                {t('conflict.take', { letter: ltr(String.fromCharCode(65 + index)) })}
              </Button>
            ) : null}
          </div>
        ))}
      </div>
      {action.allowed ? (
        <>
          <TextField
            label={t('conflict.reason')}
            value={reason}
            onChange={(next) => {
              setReason(next)
              setMissing(false)
            }}
            error={isMissing ? t('conflict.reason_missing') : null}
          />
          <ThirdValue field={conflict.field} isDisabled={isOnItsWay} onTake={take} />
          {isOnItsWay ? <p className="faint">{t('flag.unsent')}</p> : null}
        </>
      ) : (
        <Denied what={t('conflict.title', { field: label })} who={action.who_can} reason={action.reason} />
      )}
    </section>
  )
}
