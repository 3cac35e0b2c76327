import { useState, type FormEvent } from 'react'
import { ApiError } from '../api/client'
import { useText } from '../i18n/text'
import { errorText } from '../kit/errorText'
import type { VaultRecord } from '../outbox/vault'
import { Field } from './bits'
import { backToLock, signIn, somebodyElse, unlock, type Session } from './session'

type AtDoor = Extract<Session, { kind: 'out' | 'locked' | 'insecure' }>

/** F12: who is it, and the key to what they left here. */
export function Door({ now }: { now: AtDoor }) {
  const { t } = useText()
  if (now.kind === 'insecure')
    return (
      <section className="door" data-state="error">
        <h1>{t('field.title')}</h1>
        <p className="notice" role="alert" data-tone="red">
          {t(window.isSecureContext ? 'field.too_old' : 'field.not_secure')}
        </p>
      </section>
    )
  return now.kind === 'locked' ? <Locked people={now.people} /> : <SignIn others={now.others} />
}

function SignIn({ others }: { others: boolean }) {
  const text = useText()
  const { t } = text
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    setRefusal(null)
    try {
      await signIn(user.trim(), password)
    } catch (error) {
      setRefusal(error instanceof ApiError ? errorText(text, error.code, error.params) : t('field.no_site'))
      setBusy(false)
    }
  }

  return (
    <form className="door" data-state={refusal ? 'error' : 'first_use'} onSubmit={(event) => void submit(event)}>
      <h1>{t('field.sign_in')}</h1>
      <p>{t('field.sentence')}</p>
      <Field label={t('door.user')}>
        {(ids) => (
          <input
            {...ids}
            name="user"
            autoComplete="username"
            autoCapitalize="none"
            required
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('door.password')}>
        {(ids) => (
          <input
            {...ids}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {refusal ? (
        <p className="notice" role="alert" data-tone="red">
          {refusal}
        </p>
      ) : null}
      <button type="submit" className="primary" disabled={busy}>
        {t('door.enter')}
      </button>
      {others ? (
        <button type="button" className="quiet" onClick={() => void backToLock()}>
          {t('field.back')}
        </button>
      ) : null}
    </form>
  )
}

function Locked({ people }: { people: VaultRecord[] }) {
  const { t } = useText()
  const [who, setWho] = useState<VaultRecord>(people[0]!)
  const [secret, setSecret] = useState('')
  const [byPassword, setByPassword] = useState(!who.pin)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const by = byPassword || !who.pin ? 'password' : 'pin'

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    const left = await unlock(who, by, secret)
    if (left === null) return
    setBusy(false)
    setSecret('')
    setRefusal(by === 'pin' ? t('field.pin_wrong', { count: left }) : t('field.password_wrong'))
    if (left === 0) setByPassword(true)
  }

  return (
    <form className="door" data-state={refusal ? 'error' : 'ready'} onSubmit={(event) => void submit(event)}>
      <h1>{t('field.locked')}</h1>
      {people.length > 1 ? (
        <div className="people">
          {people.map((each) => (
            <button
              key={each.id}
              type="button"
              className="plain"
              aria-pressed={each.id === who.id}
              onClick={() => (setWho(each), setByPassword(!each.pin), setRefusal(null), setSecret(''))}
            >
              <bdi>{each.display}</bdi>
            </button>
          ))}
        </div>
      ) : (
        <p>
          <bdi>{who.display}</bdi>
        </p>
      )}
      <Field label={t(by === 'pin' ? 'field.pin' : 'door.password')}>
        {(ids) => (
          <input
            {...ids}
            type="password"
            required
            {...(by === 'pin' ? { inputMode: 'numeric' as const, autoComplete: 'off' } : { autoComplete: 'current-password' })}
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
        )}
      </Field>
      {refusal ? (
        <p className="notice" role="alert" data-tone="red">
          {refusal}
        </p>
      ) : null}
      <button type="submit" className="primary" disabled={busy}>
        {t('field.unlock')}
      </button>
      {who.pin && by === 'pin' ? (
        <button type="button" className="quiet" onClick={() => setByPassword(true)}>
          {t('field.use_password')}
        </button>
      ) : null}
      <button type="button" className="quiet" onClick={somebodyElse}>
        {t('field.somebody_else')}
      </button>
    </form>
  )
}
