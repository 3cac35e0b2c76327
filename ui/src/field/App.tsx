import { Component, lazy, Suspense, useEffect, useRef, type ComponentType, type ReactNode } from 'react'
import type { Me } from '../api/types'
import { useText } from '../i18n/text'
import { useOutboxState } from '../outbox/useOutbox'
import { ExerciseBand } from './ExerciseBand'
import { Door } from './Door'
import { Home } from './Home'
import { ChoosePin } from './Pin'
import { known, refreshOwn } from './own'
import { goTo, usePlace, type Place } from './place'
import { refreshMe, session } from './session'
import { useSignal } from './signal'
import { Strip } from './Strip'
import { Tools } from './Tools'

/** A screen behind the first one comes with its texts, and only when somebody goes there. */
const later = <Props,>(load: () => Promise<ComponentType<Props>>) =>
  lazy(async () => {
    const [screen] = await Promise.all([load(), import('./further').then(({ ready }) => ready)])
    return { default: screen }
  })

/** At base, with the network there: what the first casualty needs is in the page before anybody asks. */
export const fetchAhead = (): void =>
  void Promise.all([import('./further'), import('./care/CareCard'), import('./request/RequestScreen'), import('./custody/GiveScreen')]).catch(
    () => undefined,
  )

const CareCard = later(async () => (await import('./care/CareCard')).CareCard)
const RequestScreen = later(async () => (await import('./request/RequestScreen')).RequestScreen)
const ReadScreen = later(async () => (await import('./request/ReadScreen')).ReadScreen)
const IncidentScreen = later(async () => (await import('./scene/IncidentScreen')).IncidentScreen)
const LegsScreen = later(async () => (await import('./scene/LegsScreen')).LegsScreen)
const LegScreen = later(async () => (await import('./scene/LegScreen')).LegScreen)
const GiveScreen = later(async () => (await import('./custody/GiveScreen')).GiveScreen)
const TakeScreen = later(async () => (await import('./custody/TakeScreen')).TakeScreen)
const OutboxScreen = later(async () => (await import('./OutboxScreen')).OutboxScreen)

export function App() {
  const { t, code } = useText()
  const now = useSignal(session)
  const place = usePlace()
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = t('field.title')
    main.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [place.name, place.id, now.kind, t])

  const isIn = now.kind === 'in' && !now.needsPin
  useRefresh(isIn)
  return (
    <>
      <header data-compact={(isIn && place.name !== '') || undefined}>
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
        {now.kind === 'starting' || now.kind === 'insecure' ? null : <Strip isIn={isIn} isBrief={isIn && place.name !== ''} />}
      </header>
      <main ref={main} tabIndex={-1} data-screen={isIn ? place.name || 'home' : now.kind}>
        {now.kind === 'starting' ? <p data-state="loading">{t('field.opening')}</p> : null}
        {now.kind === 'in' && now.needsPin ? <ChoosePin /> : null}
        {isIn ? (
          <Absent key={`${place.name}/${place.id}`} said={t('field.not_fetched')} back={t('field.back')}>
            <Suspense fallback={<p data-state="loading">{t('field.opening')}</p>}>
              <Screen me={now.me} place={place} />
            </Suspense>
          </Absent>
        ) : null}
        {now.kind === 'out' || now.kind === 'locked' || now.kind === 'insecure' ? <Door now={now} /> : null}
      </main>
    </>
  )
}

const REFRESH_MS = 60_000

async function look(only?: 'ours'): Promise<void> {
  await refreshOwn(only)
  if (known.now().pages.cards?.rows.length) await (await import('./custody/again')).sendAgain()
}

/** What the site knows is looked at every minute, and as soon as something of ours has arrived there. */
function useRefresh(isIn: boolean): void {
  const { lastSent } = useOutboxState()
  useEffect(() => void (isIn && lastSent ? look('ours') : undefined), [isIn, lastSent])
  useEffect(() => {
    if (!isIn) return
    const lookIfSeen = () => void (document.visibilityState === 'visible' ? look() : undefined)
    const timer = setInterval(lookIfSeen, REFRESH_MS)
    document.addEventListener('visibilitychange', lookIfSeen)
    void refreshMe()
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', lookIfSeen)
    }
  }, [isIn])
}

/** A screen that could not be fetched without a network says so, and the others stay. */
class Absent extends Component<{ said: string; back: string; children: ReactNode }, { isAbsent: boolean }> {
  override state = { isAbsent: false }
  static getDerivedStateFromError = () => ({ isAbsent: true })
  override render() {
    if (!this.state.isAbsent) return this.props.children
    return (
      <section className="form" data-state="error">
        <h1 role="alert">{this.props.said}</h1>
        <button type="button" className="plain" onClick={() => goTo('')}>
          {this.props.back}
        </button>
      </section>
    )
  }
}

function Screen({ me, place: { name, id } }: { me: Me; place: Place }) {
  switch (name) {
    case 'new':
      return <CareCard key="new" me={me} incident={id} />
    case 'casualty':
      return <CareCard key={id} me={me} id={id} />
    case 'practice':
      return <CareCard key="practice" me={me} isPractice />
    case 'request':
      return <RequestScreen key={id} me={me} id={id} />
    case 'read':
      return <ReadScreen key={id} me={me} id={id} />
    case 'give':
      return <GiveScreen key={id} me={me} id={id} />
    case 'take':
      return <TakeScreen me={me} />
    case 'incident':
      return <IncidentScreen key={id} me={me} id={id} />
    case 'legs':
      return <LegsScreen />
    case 'leg':
      return <LegScreen key={id} me={me} id={id} />
    case 'outbox':
      return <OutboxScreen me={me} />
    default:
      return <Home me={me} />
  }
}
