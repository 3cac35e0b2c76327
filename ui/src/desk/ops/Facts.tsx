import { useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { factWords } from './factWords'

/** The content of an event or a command in words; what has no word yet is shown as it came. */
export function Facts({ facts }: { facts: Record<string, unknown> }) {
  const text = useText()
  const shown = Object.entries(facts)
    .map(([name, value]) => factWords(text, name, value))
    .filter((each) => each !== null)
  if (shown.length === 0) return null
  return (
    <dl className="facts">
      {shown.map(({ name, label, value, isCode }) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd>{isCode ? <Code>{value}</Code> : value}</dd>
        </div>
      ))}
    </dl>
  )
}
