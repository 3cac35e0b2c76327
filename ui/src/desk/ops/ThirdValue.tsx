import { useState } from 'react'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { ChoiceGrid } from '../../kit/ChoiceGrid'
import { TextField } from '../../kit/TextField'

/** Fields whose values are a closed list; a third value is then chosen, never typed. By field: group of words, codes. */
const CLOSED: Record<string, [group: string, codes: string[]]> = {
  triage: ['triage', ['T1', 'T2', 'T3', 'T4', 'DEAD']],
  category: ['category', ['URGENT_SURGICAL', 'URGENT', 'PRIORITY', 'ROUTINE', 'CONVENIENCE', 'EXPECTANT', 'DEAD']],
  presence: ['status', ['MISSING', 'LOCATED']],
  decision: ['decision', ['APPROVED', 'DENIED', 'REDIRECTED']],
}
/** Values that nobody can type: places are marked on a record, plans are made at the leg. */
const NOT_TYPED = new Set(['custody', 'position', 'pickup', 'plan', 'status'])
const YES_NO = new Set(['child', 'detainee', 'needs_surgery'])
const NUMBERS = new Set(['estimate', 'line'])

/** A number where the field counts something, else the text as it was typed. */
function typed(field: string, value: string): unknown {
  return NUMBERS.has(field) && /^\d{1,5}$/.test(value.trim()) ? Number(value) : value.trim()
}

export function ThirdValue({
  field,
  isDisabled,
  onTake,
}: {
  field: string
  isDisabled: boolean
  onTake: (value: unknown) => void
}) {
  const { t, code } = useText()
  const [value, setValue] = useState('')
  const head = field.split('.')[0]!
  if (NOT_TYPED.has(head)) return null
  const isYesNo = YES_NO.has(head)
  const [group, choices] = isYesNo ? ['word', ['yes', 'no']] : (CLOSED[head] ?? ['', null])
  const third = () => (isYesNo ? value === 'yes' : choices ? value : typed(head, value))
  return (
    <details className="third">
      <summary>{t('conflict.third')}</summary>
      {choices ? (
        <ChoiceGrid
          label={t('conflict.third')}
          value={value}
          onChoose={setValue}
          choices={choices.map((id) => ({ id, content: code(group, id) }))}
        />
      ) : (
        <TextField label={t('conflict.third_value')} value={value} onChange={setValue} />
      )}
      <Button isDisabled={isDisabled || !value.trim()} onPress={() => onTake(third())}>
        {t('conflict.take_third')}
      </Button>
    </details>
  )
}
