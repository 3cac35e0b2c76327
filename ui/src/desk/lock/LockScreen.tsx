/** A locked screen: whose it is, a field for the PIN, and a bell for what comes meanwhile. Nothing of the desk is behind it. */
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { ApiError, logout, unlockScreen } from '../../api/client'
import type { Me } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { errorText } from '../../kit/errorText'
import { Notice } from '../../kit/Notice'
import { TextField } from '../../kit/TextField'
import { useLink } from '../../live/link'
import { generation } from '../../live/linkState'
import { ring } from '../bell'
import { ExerciseBand } from '../ExerciseBand'
import { LanguageMenu } from '../LanguageMenu'
import { ThemeMenu } from '../ThemeMenu'

interface Props {
  me: Me
  onOpen: (me: Me) => void
  onLeave: () => void
}

export function LockScreen({ me, onOpen, onLeave }: Props) {
  const text = useText()
  const { t } = text
  const [pin, setPin] = useState('')
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const news = useLink((state) => generation(state, 'alerts'))
  const before = useRef(news)
  const hasNews = news !== before.current

  useEffect(() => {
    // What it is may not be told here; that there is something must be.
    if (hasNews) ring()
  }, [hasNews, news])

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    try {
      onOpen(await unlockScreen(pin))
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return onLeave()
      setRefusal(error instanceof ApiError ? errorText(text, error.code, error.params) : t('door.unreachable'))
      setPin('')
    } finally {
      setBusy(false)
    }
  }

  const somebodyElse = () =>
    void logout()
      .catch(() => undefined)
      .finally(onLeave)

  return (
    <>
      {me.mission.exercise ? <ExerciseBand /> : null}
      <main className="door" data-state={refusal ? 'error' : 'ready'} data-locked="true">
        <div className="door-tools">
          <LanguageMenu />
          <ThemeMenu />
        </div>
        <form className="door-card" onSubmit={(event) => void submit(event)}>
          <h1>{t('lock.title')}</h1>
          <p>{t('lock.whose', { name: ltr(me.display) })}</p>
          {hasNews ? (
            <div role="alert">
              <Notice tone="red">{t('lock.alert')}</Notice>
            </div>
          ) : null}
          <TextField
            label={t('lock.pin')}
            name="pin"
            type="password"
            inputMode="numeric"
            autoComplete="off"
            value={pin}
            onChange={setPin}
            isRequired
            autoFocus
          />
          {refusal ? (
            <div role="alert">
              <Notice tone="red">{refusal}</Notice>
            </div>
          ) : null}
          <Button kind="primary" type="submit" isDisabled={busy}>
            {t('lock.unlock')}
          </Button>
          <Button kind="quiet" onPress={somebodyElse}>
            {t('lock.somebody_else')}
          </Button>
        </form>
      </main>
    </>
  )
}
