/** What the phone's screens are made of: the browser's own controls, which need no kit. */
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useText } from '../i18n/text'

interface Choice {
  id: string
  content: ReactNode
}

export function Choices(props: {
  label: string
  value: string | null
  choices: Choice[]
  wide?: boolean
  narrow?: boolean
  /** A tap on what is chosen already counts too. */
  again?: boolean
  onChoose: (id: string) => void
}) {
  const name = useId()
  return (
    <fieldset className="choices" data-wide={props.wide || undefined} data-narrow={props.narrow || undefined}>
      <legend>{props.label}</legend>
      <div>
        {props.choices.map(({ id, content }) => (
          <label key={id} data-chosen={id === props.value || undefined} data-choice={id}>
            <input
              type="radio"
              name={name}
              value={id}
              checked={id === props.value}
              onChange={() => props.onChoose(id)}
              onClick={() => (props.again && id === props.value ? props.onChoose(id) : undefined)}
            />
            <span>{content}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export function Field(props: {
  label: string
  hint?: string
  children: (ids: { id: string; 'aria-describedby'?: string }) => ReactNode
}) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.children({ id, ...(props.hint ? { 'aria-describedby': `${id}-hint` } : {}) })}
      {props.hint ? <small id={`${id}-hint`}>{props.hint}</small> : null}
    </div>
  )
}

/** The browser's own dialog: it traps the focus, closes on Escape and gives the focus back. */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal()
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={props.onClose}>
      <h2 id={title}>{props.title}</h2>
      {props.children}
      <button type="button" className="plain" onClick={() => dialog.current?.close()}>
        {t('action.close')}
      </button>
    </dialog>
  )
}
