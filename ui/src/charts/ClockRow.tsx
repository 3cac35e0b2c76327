import { memo } from 'react'
import type { Clock } from '../api/types'
import { useText } from '../i18n/text'
import { Code } from '../kit/Code'
import { useNow } from '../live/missionClock'
import { ClockBar } from './ClockBar'
import { read } from './clockMath'
import { shortWords, shownTime } from './clockWords'

/** One clock on a card: name, bar, time, words. */
export const ClockRow = memo(function ClockRow({ clock }: { clock: Clock }) {
  const text = useText()
  const now = useNow()
  const is = read(clock, now)
  return (
    <span className="clock-row" data-tone={is.tone} data-reading={is.reading}>
      <Code className="clock-name">{clock.code}</Code>
      <ClockBar clock={clock} is={is} now={now} />
      <Code className="clock-time">{shownTime(is)}</Code>
      <span className="clock-words">{shortWords(text, clock, is)}</span>
    </span>
  )
})
