import { useEffect, useRef, useState } from 'react'
import { useText } from '../i18n/text'
import { ExerciseBand } from './ExerciseBand'
import { Card } from './Card'
import { Door } from './Door'
import { Home } from './Home'
import { OutboxScreen } from './OutboxScreen'
import { ChoosePin } from './Pin'
import { session } from './session'
import { useSignal } from './signal'
import { Strip } from './Strip'
import { Tools } from './Tools'

export type Place = '' | 'new' | 'outbox'
const usePlace = (): Place => {
  const read = () => (['new', 'outbox'] as const).find((each) => location.hash === `#${each}`) ?? ''
  const [place, setPlace] = useState<Place>(read)
  useEffect(() => {
    const moved = () => setPlace(read())
    addEventListener('hashchange', moved)
    return () => removeEventListener('hashchange', moved)
  }, [])
  return place
}

export const goTo = (place: Place): void => {
  location.hash = place
}

export function App() {
  const { t, code } = useText()
  const now = useSignal(session)
  const place = usePlace()
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = t('field.title')
    main.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [place, now.kind, t])

  const isIn = now.kind === 'in' && !now.needsPin
  return (
    <>
      <header>
        {now.kind === 'in' && now.me.mission.exercise ? <ExerciseBand /> : null}
        <div className="top">
          <div className="top-place">
            <strong>{now.kind === 'in' ? <bdi>{now.me.site}</bdi> : t('field.title')}</strong>
            {now.kind === 'in' ? (
              <span>{t('field.role', { role: code('role', now.me.role), name: now.me.display })}</span>
            ) : null}
          </div>
          <Tools isIn={isIn} />
        </div>
        {now.kind === 'starting' || now.kind === 'insecure' ? null : <Strip isIn={isIn} />}
      </header>
      <main ref={main} tabIndex={-1} data-screen={isIn ? place || 'home' : now.kind}>
        {now.kind === 'starting' ? <p data-state="loading">{t('field.opening')}</p> : null}
        {now.kind === 'in' && now.needsPin ? <ChoosePin /> : null}
        {isIn && place === '' ? <Home me={now.me} /> : null}
        {isIn && place === 'new' ? <Card me={now.me} /> : null}
        {isIn && place === 'outbox' ? <OutboxScreen me={now.me} /> : null}
        {now.kind === 'out' || now.kind === 'locked' || now.kind === 'insecure' ? <Door now={now} /> : null}
      </main>
    </>
  )
}
