import { useEffect, useId, useState } from 'react'
import { useText } from '../../i18n/text'

interface Props {
  name: string
  label: string
  value: number | null
  isTouched: boolean
  hint: string
  error: string
  onStep: (way: 1 | -1) => void
  onType: (value: number) => void
  onNote: () => void
}

/** A number between a large minus and a large plus; it can be typed as well. */
export function Stepper({ name, label, value, isTouched, hint, error, onStep, onType, onNote }: Props) {
  const { t } = useText()
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  useEffect(() => setTyped(null), [value])

  function type(text: string): void {
    setTyped(text)
    const number = Number(text.replace(',', '.'))
    if (text.trim() !== '' && Number.isFinite(number)) onType(number)
  }

  return (
    <div className="stepper" data-sign={name} data-touched={isTouched || undefined}>
      <label htmlFor={id}>{label}</label>
      <div className="stepper-row" dir="ltr">
        <button type="button" className="plain" aria-label={t('medic.less', { what: label })} onClick={() => onStep(-1)}>
          −
        </button>
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={error !== ''}
          aria-describedby={`${id}-said`}
          value={typed ?? (value === null ? '' : String(value))}
          onChange={({ target }) => type(target.value)}
        />
        <button type="button" className="plain" aria-label={t('medic.more', { what: label })} onClick={() => onStep(1)}>
          +
        </button>
      </div>
      <small id={`${id}-said`} className={error ? 'refusal' : undefined}>
        {error || hint}
      </small>
      {error ? (
        <button type="button" className="plain" onClick={onNote}>
          {t('medic.as_note')}
        </button>
      ) : null}
    </div>
  )
}
