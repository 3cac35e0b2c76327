import type { Clock } from '../api/types'
import { useText } from '../i18n/text'
import { Code } from '../kit/Code'
import { useNow } from '../live/missionClock'
import { read } from './clockMath'
import { shortWords, shownTime } from './clockWords'

/** The clocks of somebody who has arrived, on one line: nothing runs any more, so there is no bar to watch. */
export function ClockSummary({ clocks }: { clocks: Clock[] }) {
  const text = useText()
  const now = useNow()
  return (
    <span className="clock-summary">
      {clocks.map((clock) => {
        const is = read(clock, now)
        return (
          <span key={clock.code} data-tone={is.tone} data-reading={is.reading}>
            <Code className="clock-name">{clock.code}</Code> <Code className="clock-time">{shownTime(is)}</Code>{' '}
            <span className="clock-words">{shortWords(text, clock, is)}</span>
          </span>
        )
      })}
    </span>
  )
}
