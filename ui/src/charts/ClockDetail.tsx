import type { Clock } from '../api/types'
import { ltr, useText } from '../i18n/text'
import { zulu } from '../i18n/time'
import { Code } from '../kit/Code'
import { useNow } from '../live/missionClock'
import { ClockBar } from './ClockBar'
import { read } from './clockMath'
import { sentences, shortWords, shownTime } from './clockWords'

/** One clock in full: the large number counts from the worst case, the interval is always there. */
export function ClockDetail({ clock }: { clock: Clock }) {
  const text = useText()
  const { t } = text
  const now = useNow()
  const is = read(clock, now)
  const due = clock.t0?.lo ?? clock.t0?.hi
  return (
    <li className="clock-detail" data-tone={is.tone} data-reading={is.reading}>
      <div className="clock-head">
        <Code className="clock-name">{clock.code}</Code>
        <Code className="clock-large">{shownTime(is)}</Code>
        <strong className="clock-words">{shortWords(text, clock, is)}</strong>
      </div>
      <ClockBar clock={clock} is={is} now={now} />
      <p className="clock-meaning">
        {text.has(`clock.meaning.${clock.code}`) ? t(`clock.meaning.${clock.code}`) : null}
        {due && !is.stopped
          ? ` · ${t(clock.t0?.lo ? 'clock.due' : 'clock.due_latest', { clock: ltr(zulu(Date.parse(due) + clock.limit_min * 60_000, now)) })}`
          : null}
      </p>
      {sentences(text, clock, is, now).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </li>
  )
}
