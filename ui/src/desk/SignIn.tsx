import { useState, type FormEvent } from 'react'
import { ApiError, login } from '../api/client'
import type { Me } from '../api/types'
import { useText } from '../i18n/text'
import { Button } from '../kit/Button'
import { errorText } from '../kit/errorText'
import { Notice } from '../kit/Notice'
import { TextField } from '../kit/TextField'
import { LanguageMenu } from './LanguageMenu'
import { ThemeMenu } from './ThemeMenu'

export function SignIn({ onEnter }: { onEnter: (me: Me, password: string) => void }) {
  const text = useText()
  const { t } = text
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    try {
      onEnter(await login(user, password), password)
    } catch (error) {
      setRefusal(error instanceof ApiError ? errorText(text, error.code, error.params) : t('door.unreachable'))
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className="door" data-state={refusal ? 'error' : 'ready'}>
      <div className="door-tools">
        <LanguageMenu />
        <ThemeMenu />
      </div>
      <form className="door-card" onSubmit={(event) => void submit(event)}>
        <img src={new URL('./icon.svg', import.meta.url).href} alt="" width="44" height="44" />
        <h1>{t('door.title')}</h1>
        <p>{t('door.sentence')}</p>
        <TextField
          label={t('door.user')}
          name="user"
          autoComplete="username"
          value={user}
          onChange={setUser}
          isRequired
          autoFocus
        />
        <TextField
          label={t('door.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          isRequired
        />
        {refusal ? (
          <div role="alert">
            <Notice tone="red">{refusal}</Notice>
          </div>
        ) : null}
        <Button kind="primary" type="submit" isDisabled={busy}>
          {t('door.enter')}
        </Button>
        {window.isSecureContext ? null : <Notice tone="amber">{t('door.not_secure')}</Notice>}
      </form>
    </main>
  )
}
