import { useState } from 'react'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { ChoiceGrid } from '../../kit/ChoiceGrid'
import { TextField } from '../../kit/TextField'

/** Fields whose values are a closed list; a third value is then chosen, never typed. */
const CLOSED: Record<string, string[]> = {
  triage: ['T1', 'T2', 'T3', 'T4', 'DEAD'],
  category: ['URGENT_SURGICAL', 'URGENT', 'PRIORITY', 'ROUTINE', 'CONVENIENCE', 'EXPECTANT', 'DEAD'],
}

export function ThirdValue({
  field,
  isDisabled,
  onTake,
}: {
  field: string
  isDisabled: boolean
  onTake: (value: string) => void
}) {
  const { t, code } = useText()
  const [value, setValue] = useState('')
  const choices = CLOSED[field]
  return (
    <details className="third">
      <summary>{t('conflict.third')}</summary>
      {choices ? (
        <ChoiceGrid
          label={t('conflict.third')}
          value={value}
          onChoose={setValue}
          choices={choices.map((id) => ({ id, content: code(field, id) }))}
        />
      ) : (
        <TextField label={t('conflict.third_value')} value={value} onChange={setValue} />
      )}
      <Button isDisabled={isDisabled || !value} onPress={() => onTake(value)}>
        {t('conflict.take_third')}
      </Button>
    </details>
  )
}
