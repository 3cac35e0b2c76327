import { useCallback, useEffect, useState } from 'react'
import { ApiError, me as askMe, rememberCsrf } from '../api/client'
import type { Me } from '../api/types'
import { useText } from '../i18n/text'
import { linkNow, onLink, startLink, useLink } from '../live/link'
import { setMissionClock } from '../live/missionClock'
import { forgetViews } from '../live/useView'
import { enterDesk, leaveDesk } from '../outbox/desk'
import { outbox } from '../outbox/outbox'
import { drainWhenOpen, drainWhenSeen } from '../outbox/wake'
import { Desk } from './Desk'
import { tellPresence } from './presence'
import { SignIn } from './SignIn'

type Session = { kind: 'asking' } | { kind: 'unreachable' } | { kind: 'out' } | { kind: 'in'; me: Me }

export function App() {
  const { t } = useText()
  const [session, setSession] = useState<Session>({ kind: 'asking' })
  const link = useLink((state) => state.link)

  const enter = useCallback((me: Me, password: string | null = null) => {
    rememberCsrf(me.csrf)
    setMissionClock(me.clock)
    startLink()
    enterDesk(me, password)
    setSession({ kind: 'in', me })
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

  function leave(): void {
    // What waits in the outbox stays, sealed for its author, and is sent under its own author's grant.
    leaveDesk()
    forgetViews()
    setSession({ kind: 'out' })
  }

  if (session.kind === 'in') return <Desk me={session.me} onLeave={leave} />
  if (session.kind === 'out') return <SignIn onEnter={enter} />
  return (
    <main className="door" data-state={session.kind === 'asking' ? 'loading' : 'error'}>
      <p>{t(session.kind === 'asking' ? 'door.opening' : 'door.unreachable')}</p>
    </main>
  )
}
