import { useId, useState } from 'react'
import { ltr, useText } from '../../i18n/text'
import { Field } from '../bits'
import type { VoiceWords } from '../radio'
import { labelOf } from './useForms'

interface Props {
  line: { number: string; fields: readonly { name: string; kind: string }[] }
  lines: Record<string, unknown>
  words: VoiceWords
  onPut: (name: string, value: unknown) => void
}

/** One line of a form, with an editor for the kind of each of its values. */
export function LineEditor({ line, lines, words, onPut }: Props) {
  const { t } = useText()
  return (
    <fieldset className="line" data-line={line.number}>
      <legend>{t('medic.line', { number: ltr(line.number.replace(/(?<=[A-Z])\d+$/, '')) })}</legend>
      {line.fields.map(({ name, kind }) => (
        <Value key={name} name={name} kind={kind} label={labelOf(words, name)} value={lines[name]} codes={words.words[name] ?? {}} onPut={(value) => onPut(name, value)} />
      ))}
    </fieldset>
  )
}

interface ValueProps {
  name: string
  kind: string
  label: string
  value: unknown
  codes: Record<string, string>
  onPut: (value: unknown) => void
}

function Value(props: ValueProps) {
  const { name, kind, label, value, codes, onPut } = props
  const { t } = useText()
  switch (kind) {
    case 'POSITION':
      return <Position label={label} value={value as { lat: number; lon: number } | null} onPut={onPut} />
    case 'COUNTS':
    case 'PEOPLE':
      return <Counted {...props} />
    case 'NUMBER':
      return <Counter name={name} label={label} value={Number(value ?? 0)} isKnown={value !== undefined} onPut={onPut} />
    case 'CODE':
      // A list that the mission keeps elsewhere: the code itself is typed.
      if (!Object.keys(codes).length)
        return (
          <Field label={label}>
            {(ids) => (
              <input
                {...ids}
                dir="ltr"
                autoCapitalize="characters"
                autoComplete="off"
                maxLength={60}
                value={String(value ?? '')}
                onChange={({ target }) => onPut(target.value.toUpperCase().replace(/\s+/g, '_').replace(/[^A-Z0-9_.-]/g, ''))}
              />
            )}
          </Field>
        )
      return <Toggles label={label} codes={codes} chosen={value ? [String(value)] : []} onToggle={(code) => onPut(code === value ? null : code)} />
    case 'CODES': {
      const chosen = Array.isArray(value) ? value.map(String) : []
      return (
        <Toggles
          label={label}
          codes={codes}
          chosen={chosen}
          onToggle={(code) => onPut(chosen.includes(code) ? chosen.filter((each) => each !== code) : [...chosen, code])}
        />
      )
    }
    case 'FLAG':
      return <Toggles label={label} codes={{ yes: t('word.yes'), no: t('word.no') }} chosen={value === true ? ['yes'] : value === false ? ['no'] : []} onToggle={(code) => onPut(code === 'yes')} />
    case 'TIME':
      return (
        <Field label={label}>
          {(ids) => <input {...ids} type="datetime-local" dir="ltr" value={String(value ?? '').slice(0, 16)} onChange={({ target }) => onPut(target.value ? `${target.value}:00Z` : null)} />}
        </Field>
      )
    default:
      return (
        <Field label={label}>
          {(ids) => <input {...ids} dir="auto" autoComplete="off" maxLength={200} value={String(value ?? '')} onChange={({ target }) => onPut(target.value)} />}
        </Field>
      )
  }
}

function Toggles({ label, codes, chosen, onToggle }: { label: string; codes: Record<string, string>; chosen: string[]; onToggle: (code: string) => void }) {
  const id = useId()
  return (
    <div role="group" aria-labelledby={id}>
      <span id={id} className="group-label">
        {label}
      </span>
      <div className="chips">
        {Object.entries(codes).map(([code, word]) => (
          <button key={code} type="button" className="chip" aria-pressed={chosen.includes(code)} data-code={code} onClick={() => onToggle(code)}>
            {word}
          </button>
        ))}
      </div>
    </div>
  )
}

const SHOWN = 5

/** How many of each: the usual codes at once, the rest behind one more tap. */
function Counted({ name, label, value, codes, onPut }: ValueProps) {
  const { t } = useText()
  const [all, setAll] = useState(false)
  const id = useId()
  const counts = (value ?? {}) as Record<string, number>
  const order = Object.keys(codes)
  const shown = order.filter((code, at) => all || at < SHOWN || counts[code])
  return (
    <div role="group" aria-labelledby={id} className="counted">
      <span id={id} className="group-label">
        {label}
      </span>
      {shown.map((code) => (
        <Counter
          key={code}
          name={`${name}.${code}`}
          label={codes[code]!}
          value={counts[code] ?? 0}
          isKnown
          onPut={(count) => onPut(Object.fromEntries(Object.entries({ ...counts, [code]: count }).filter(([, each]) => each > 0)))}
        />
      ))}
      {shown.length < order.length ? (
        <button type="button" className="plain" onClick={() => setAll(true)}>
          {t('medic.others')}
        </button>
      ) : null}
    </div>
  )
}

export function Counter(props: { name: string; label: string; value: number; isKnown: boolean; onPut: (count: number) => void }) {
  const { t } = useText()
  const { label, value } = props
  return (
    <div className="counter" role="group" aria-label={label} data-counter={props.name}>
      <span>{label}</span>
      <span className="counter-row" dir="ltr">
        <button type="button" className="plain" aria-label={t('medic.less', { what: label })} disabled={value === 0} onClick={() => props.onPut(value - 1)}>
          −
        </button>
        <output>
          <bdi dir="ltr">{props.isKnown ? value : '–'}</bdi>
        </output>
        <button type="button" className="plain" aria-label={t('medic.more', { what: label })} onClick={() => props.onPut(value + 1)}>
          +
        </button>
      </span>
    </div>
  )
}

function Position({ label, value, onPut }: { label: string; value: { lat: number; lon: number } | null; onPut: (value: unknown) => void }) {
  const { t } = useText()
  const shown = value ? `${value.lat.toFixed(5)}, ${value.lon.toFixed(5)}` : ''
  const [typed, setTyped] = useState<string | null>(null)

  function type(text: string): void {
    setTyped(text)
    const found = /^\s*(-?\d{1,2}(?:\.\d+)?)[\s,;]+(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text)
    if (found && Math.abs(Number(found[1])) <= 90 && Math.abs(Number(found[2])) <= 180) onPut({ lat: Number(found[1]), lon: Number(found[2]) })
  }

  function here(): void {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => (setTyped(null), onPut({ lat: coords.latitude, lon: coords.longitude })),
      () => undefined,
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
    )
  }

  return (
    <div className="words">
      <Field label={label}>{(ids) => <input {...ids} dir="ltr" value={typed ?? shown} onChange={({ target }) => type(target.value)} />}</Field>
      <button type="button" className="plain" onClick={here}>
        {t('medic.here')}
      </button>
    </div>
  )
}
