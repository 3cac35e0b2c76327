import type { Clock } from '../api/types'
import { places, type ClockReading } from './clockMath'

/** Filled: certainly elapsed. Hatched: perhaps elapsed. The line is the limit, the diamond the expected end.
 *  Time runs left to right in every language.
 */
export function ClockBar({ clock, is, now }: { clock: Clock; is: ClockReading; now: number }) {
  const at = is.elapsed ? places(clock, is.elapsed, now) : null
  return (
    <span className="bar" data-tone={is.tone} data-stopped={is.stopped} dir="ltr" aria-hidden="true">
      {at ? (
        <>
          <span
            className="bar-possible"
            style={{ insetInlineStart: `${at.certain}%`, inlineSize: `${Math.max(0, at.possible - at.certain)}%` }}
          />
          <span className="bar-certain" style={{ inlineSize: `${at.certain}%` }} />
          <span className="bar-limit" style={{ insetInlineStart: `${at.limit}%` }} />
          {at.predicted && !is.stopped ? (
            <span className="bar-predicted" style={{ insetInlineStart: `${Math.min(97, at.predicted[1])}%` }} />
          ) : null}
        </>
      ) : null}
    </span>
  )
}
