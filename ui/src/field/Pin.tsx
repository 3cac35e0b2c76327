import { useState, type FormEvent } from 'react'
import { useText } from '../i18n/text'
import { Field } from './bits'
import { choosePin } from './session'

const SHORTEST = 6

export function ChoosePin() {
  const { t } = useText()
  const [pin, setPin] = useState('')
  const [busy, setBusy] = useState(false)
  const isGood = new RegExp(`^\\d{${SHORTEST},12}$`).test(pin)

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!isGood) return
    setBusy(true)
    void choosePin(pin)
  }

  return (
    <form className="door" data-state="first_use" onSubmit={submit}>
      <h1>{t('field.pin_choose')}</h1>
      <p>{t('field.pin_why')}</p>
      <Field label={t('field.pin')} hint={t('field.pin_rule', { count: SHORTEST })}>
        {(ids) => (
          <input
            {...ids}
            type="password"
            inputMode="numeric"
            autoComplete="off"
            value={pin}
            onChange={(event) => setPin(event.target.value)}
          />
        )}
      </Field>
      <button type="submit" className="primary" disabled={!isGood || busy}>
        {t('field.pin_set')}
      </button>
      <button type="button" className="quiet" onClick={() => void choosePin(null)}>
        {t('field.pin_later')}
      </button>
    </form>
  )
}
