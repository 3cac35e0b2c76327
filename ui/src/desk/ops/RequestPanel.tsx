import { useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { useView } from '../../live/useView'
import { maySee, useSurroundings } from '../MeContext'
import { Facts } from './Facts'

const SHOWN = [
  'kind',
  'callsign',
  'freq',
  'counts',
  'litter',
  'ambulatory',
  'security',
  'marking',
  'equipment',
  'peer',
] as const

/** What was asked for, as far as this role may see it: the lines an operations room reads back. */
export function RequestPanel({ request }: { request: { subject: string; tag: string; kind: string; status: string } }) {
  const { t, code } = useText()
  const { me } = useSurroundings()
  const { rows } = useView('requests', {}, maySee(me, 'requests'))
  const whole: Record<string, unknown> = rows.find((row) => row.subject === request.subject) ?? request
  const facts = Object.fromEntries(SHOWN.map((name) => [name, whole[name]]))
  return (
    <>
      <h3>
        {t('request.title')} <Code>{request.tag}</Code>
      </h3>
      <p className="row-head">
        <span className="flag">{code('request_status', request.status)}</span>
      </p>
      <Facts facts={facts} />
    </>
  )
}
