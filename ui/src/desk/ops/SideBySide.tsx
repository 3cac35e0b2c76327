import { useState } from 'react'
import type { Conflict, View } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Denied } from '../../kit/Denied'
import { TextField } from '../../kit/TextField'
import { isUnsent } from '../../outbox/machine'
import { outbox } from '../../outbox/outbox'
import { useOwnEntries } from '../../outbox/useOutbox'
import { actionIn } from '../MeContext'
import { together } from './both'
import { ConflictValue, letterOf } from './ConflictValue'
import { fieldLabel } from './fieldWords'
import { actionFor, settles, settling } from './settle'
import { ThirdValue } from './ThirdValue'

/** Two values made without knowledge of each other; a person decides, and says why. */
export function SideBySide({
  subject,
  conflict,
  view,
}: {
  subject: string
  conflict: Pick<Conflict, 'field' | 'several' | 'values'>
  view: View<unknown> | null
}) {
  const text = useText()
  const { t } = text
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const isOnItsWay = useOwnEntries(subject).some((entry) => isUnsent(entry) && settles(entry.command, conflict.field))
  const action = actionIn(view, actionFor(conflict.field))
  const take = (value: unknown) => {
    if (!reason.trim()) return setMissing(true)
    // Every value seen is named as base: the decision covers these and no later one.
    outbox.record(settling(subject, conflict.field, value, reason.trim()), {
      subject,
      base: conflict.values.map((each) => each.event),
    })
  }
  const title = t('conflict.title', { field: fieldLabel(text, conflict.field) })
  return (
    <section className="conflict" data-conflict-field={conflict.field} aria-label={title}>
      <h3>{title}</h3>
      <div className="conflict-values">
        {conflict.values.map((each, index) => (
          <ConflictValue key={each.event} field={conflict.field} each={each} letter={letterOf(index)}>
            {action.allowed ? (
              <Button isDisabled={isOnItsWay} onPress={() => take(each.value)}>
                {t('conflict.take', { letter: ltr(letterOf(index)) })}
              </Button>
            ) : null}
          </ConflictValue>
        ))}
      </div>
      {conflict.values.length === 0 ? (
        <p className="faint">{t('role.hidden')}</p>
      ) : action.allowed ? (
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
          {conflict.several ? (
            <Button
              isDisabled={isOnItsWay}
              onPress={() =>
                take(
                  together(
                    conflict.field,
                    conflict.values.map((each) => each.value),
                  ),
                )
              }
            >
              {t('conflict.several')}
            </Button>
          ) : null}
          <ThirdValue field={conflict.field} isDisabled={isOnItsWay} onTake={take} />
          {isOnItsWay ? <p className="faint">{t('flag.unsent')}</p> : null}
        </>
      ) : (
        <Denied what={title} who={action.who_can} reason={action.reason} />
      )}
    </section>
  )
}
