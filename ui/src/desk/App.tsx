import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { ApiError, me as askMe, rememberCsrf } from '../api/client'
import type { Me, Watch } from '../api/types'
import { useText } from '../i18n/text'
import { linkNow, onLink, startLink, useLink } from '../live/link'
import { setMissionClock } from '../live/missionClock'
import { forgetViews } from '../live/useView'
import { enterDesk, leaveDesk } from '../outbox/desk'
import { outbox } from '../outbox/outbox'
import { drainWhenOpen, drainWhenSeen } from '../outbox/wake'
import { Desk } from './Desk'
import { LockContext, type Locking } from './lock/LockContext'
import { tellWindows, useLock } from './lock/useLock'
import { WatchTaken } from './lock/WatchTaken'
import { tellPresence } from './presence'
import { SignIn } from './SignIn'

type Session = { kind: 'asking' } | { kind: 'unreachable' } | { kind: 'out' } | { kind: 'in'; me: Me; watch?: Watch } | { kind: 'locked'; me: Me }

// Fetched when a screen is locked.
const LockScreen = lazy(() => import('./lock/LockScreen').then((found) => ({ default: found.LockScreen })))

export function App() {
  const { t } = useText()
  const [session, setSession] = useState<Session>({ kind: 'asking' })
  const link = useLink((state) => state.link)

  const enter = useCallback((me: Me, password: string | null = null, watch?: Watch) => {
    rememberCsrf(me.csrf)
    setMissionClock(me.clock)
    startLink()
    enterDesk(me, password)
    setSession(me.session.locked ? { kind: 'locked', me } : { kind: 'in', me, ...(watch ? { watch } : {}) })
  }, [])

  const ask = useCallback(async () => {
    try {
      enter(await askMe())
    } catch (error) {
      setSession({ kind: error instanceof ApiError && error.status === 401 ? 'out' : 'unreachable' })
    }
  }, [enter])

  useEffect(() => void ask(), [ask])
  useEffect(() => void outbox.begin(), [])
  useEffect(() => {
    const ends = [drainWhenOpen(outbox, onLink, linkNow), drainWhenSeen(outbox)]
    return () => ends.forEach((end) => end())
  }, [])
  useEffect(() => (session.kind === 'in' ? tellPresence() : undefined), [session.kind])
  useEffect(() => {
    if (session.kind !== 'unreachable') return
    const timer = setTimeout(() => void ask(), 3_000)
    return () => clearTimeout(timer)
  }, [session, ask])
  useEffect(() => {
    if (link === 'signed_out') leave()
  }, [link])

  const me = session.kind === 'in' || session.kind === 'locked' ? session.me : null
  useLock(me, session.kind === 'locked', locked, () => void ask())

  /** Nothing of the desk is left behind the lock: it is asked for again when it opens. */
  function locked(): void {
    if (!me) return
    forgetViews()
    setSession({ kind: 'locked', me: { ...me, session: { ...me.session, locked: true, has_pin: true } } })
  }

  const locking: Locking = {
    onLocked: () => {
      locked()
      tellWindows('locked')
    },
    onTaken: (watch, password) => {
      leaveDesk()
      forgetViews()
      enter(watch.me, password, watch)
      tellWindows('open')
    },
  }

  function leave(): void {
    // What waits in the outbox stays, sealed for its author, and is sent under its own author's grant.
    leaveDesk()
    forgetViews()
    setSession({ kind: 'out' })
  }

  if (session.kind === 'in')
    return (
      <LockContext value={locking}>
        {session.watch ? <WatchTaken watch={session.watch} onRead={() => setSession({ kind: 'in', me: session.me })} /> : null}
        <Desk key={session.me.user} me={session.me} onLeave={leave} />
      </LockContext>
    )
  if (session.kind === 'locked')
    return (
      <Suspense fallback={<main className="door" data-state="loading" />}>
        <LockScreen
          me={session.me}
          onOpen={(opened) => {
            enter(opened)
            tellWindows('open')
          }}
          onLeave={leave}
        />
      </Suspense>
    )
  if (session.kind === 'out') return <SignIn onEnter={enter} />
  return (
    <main className="door" data-state={session.kind === 'asking' ? 'loading' : 'error'}>
      <p>{t(session.kind === 'asking' ? 'door.opening' : 'door.unreachable')}</p>
    </main>
  )
}
