/** Choosing the PIN of a shared screen, and handing over the watch at it. */
import { useState, type FormEvent } from 'react'
import { ApiError, lockScreen, takeWatch } from '../../api/client'
import type { Watch } from '../../api/types'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { errorText } from '../../kit/errorText'
import { Notice } from '../../kit/Notice'
import { Panel } from '../../kit/Panel'
import { TextField } from '../../kit/TextField'

const PIN = /^\d{6,12}$/

export function PinPanel({ onClose, onLocked }: { onClose: () => void; onLocked: () => void }) {
  const { t } = useText()
  const [pin, setPin] = useState('')
  const { refusal, busy, run } = useSending()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (PIN.test(pin)) void run(() => lockScreen(pin), onLocked)
  }
  return (
    <Panel title={t('lock.choose')} isOpen onClose={onClose}>
      <form className="lock-form" onSubmit={submit}>
        <TextField
          label={t('lock.pin')}
          hint={t('lock.pin_rule')}
          type="password"
          inputMode="numeric"
          autoComplete="off"
          value={pin}
          onChange={setPin}
          autoFocus
        />
        <Refusal text={refusal} />
        <Button kind="primary" type="submit" isDisabled={busy || !PIN.test(pin)}>
          {t('lock.lock')}
        </Button>
      </form>
    </Panel>
  )
}

export function WatchPanel({ onClose, onTaken }: { onClose: () => void; onTaken: (watch: Watch, password: string) => void }) {
  const { t } = useText()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const { refusal, busy, run } = useSending()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void run(() => takeWatch(user, password), (watch) => onTaken(watch, password))
  }
  return (
    <Panel title={t('watch.hand_over')} isOpen onClose={onClose}>
      <form className="lock-form" onSubmit={submit}>
        <p>{t('watch.sentence')}</p>
        <TextField label={t('door.user')} name="user" autoComplete="off" value={user} onChange={setUser} isRequired autoFocus />
        <TextField
          label={t('door.password')}
          name="password"
          type="password"
          autoComplete="off"
          value={password}
          onChange={setPassword}
          isRequired
        />
        <Refusal text={refusal} />
        <Button kind="primary" type="submit" isDisabled={busy}>
          {t('watch.take')}
        </Button>
      </form>
    </Panel>
  )
}

const Refusal = ({ text }: { text: string | null }) =>
  text ? (
    <div role="alert">
      <Notice tone="red">{text}</Notice>
    </div>
  ) : null

/** Something is sent once at a time; what it was refused for is said. */
function useSending() {
  const text = useText()
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  async function run<T>(send: () => Promise<T>, then: (answer: T) => void): Promise<void> {
    setBusy(true)
    try {
      then(await send())
    } catch (error) {
      setRefusal(error instanceof ApiError ? errorText(text, error.code, error.params) : text.t('door.unreachable'))
    } finally {
      setBusy(false)
    }
  }
  return { refusal, busy, run }
}
