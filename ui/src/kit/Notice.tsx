import type { ReactNode } from 'react'

type Tone = 'quiet' | 'amber' | 'red'
const MARK: Record<Tone, string> = {
  quiet: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-1 8h2v6h-2zm0-4h2v2h-2z',
  amber: 'M12 2 23 21H1zm-1 7v6h2V9zm0 8v2h2v-2z',
  red: 'M7.5 2h9L22 7.5v9L16.5 22h-9L2 16.5v-9zm3.5 5v7h2V7zm0 9v2h2v-2z',
}

/** A sentence about the state of things, with a shape of its own so that colour is never alone. */
export const Notice = ({ tone = 'quiet', children }: { tone?: Tone; children: ReactNode }) => (
  <div className="notice" data-tone={tone}>
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={MARK[tone]} fillRule="evenodd" />
    </svg>
    <div>{children}</div>
  </div>
)
