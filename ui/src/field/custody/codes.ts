/** What has been scanned so far, and what it says; a fault is named and nothing of such a code is used. */
import { useRef, useState } from 'react'
import { ltr, useText } from '../../i18n/text'
import { errorText } from '../../kit/errorText'
import { missionNow } from '../../live/missionClock'
import type { HandoverTrust, Signed } from '../handover'

export interface Scanned {
  code: Signed | null
  /** "3 of 4 read". */
  said: string
  fault: { code: string; text: string } | null
  onText: (text: string) => void
  again: () => void
}

/** `isWanted` says why a code that is sound is still not the one; empty when it is. */
export function useScanned(trust: HandoverTrust, isWanted: (code: Signed) => string): Scanned {
  const text = useText()
  // Several texts may come before the screen is drawn again.
  const parts = useRef<string[]>([])
  const [code, setCode] = useState<Signed | null>(null)
  const [said, setSaid] = useState('')
  const [fault, setFault] = useState<Scanned['fault']>(null)

  async function read(all: string[]): Promise<void> {
    const { HandoverError, readCode } = await import('../handover')
    try {
      const found = await readCode(all, trust, missionNow())
      // More has come while this was read.
      if (all !== parts.current) return
      const wrong = found.fault ?? isWanted(found)
      if (wrong) return refuse(wrong)
      setCode(found)
      setSaid('')
    } catch (error) {
      if (!(error instanceof HandoverError)) throw error
      if (all !== parts.current) return
      if (error.code !== 'exchange.incomplete') return refuse(error.code)
      setSaid(text.t('medic.read_of', { have: ltr(error.params.have ?? 0), of: ltr(error.params.of ?? 0) }))
    }
  }

  function refuse(wrong: string): void {
    parts.current = []
    setSaid('')
    setFault({ code: wrong, text: text.has(`medic.fault.${wrong}`) ? text.t(`medic.fault.${wrong}`) : errorText(text, wrong) })
  }

  return {
    code,
    said,
    fault,
    onText(scanned) {
      if (parts.current.includes(scanned)) return
      parts.current = [...parts.current, scanned]
      setFault(null)
      void read(parts.current)
    },
    again() {
      parts.current = []
      setCode(null)
      setSaid('')
      setFault(null)
    },
  }
}
