import type { PeerState } from '../../api/site'
import { useText } from '../../i18n/text'

const SHAPE: Record<PeerState, string> = {
  up: 'M9.500 18.500 3 12l2-2 4.500 4.500L19 5l2 2z',
  connecting: 'M12 4v3a5 5 0 1 0 5 5h3a8 8 0 1 1-8-8z',
  down: 'M5 3 3 5l7 7-7 7 2 2 7-7 7 7 2-2-7-7 7-7-2-2-7 7z',
  refused: 'M7.500 2h9L22 7.500v9L16.500 22h-9L2 16.500v-9zM6 10.500v3h12v-3z',
  never: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 2.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11z',
}
const TONE: Partial<Record<PeerState, string>> = { up: 'good', down: 'amber', refused: 'red' }

/** Up or down by shape and word, never by colour alone. */
export function PeerMark({ state }: { state: PeerState }) {
  const { code } = useText()
  return (
    <span className="flag peer-mark" data-tone={TONE[state]}>
      <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
        <path d={SHAPE[state]} fillRule="evenodd" />
      </svg>
      {code('peer_state', state)}
    </span>
  )
}
