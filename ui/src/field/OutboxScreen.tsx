import { useState } from 'react'
import type { Command, Me } from '../api/types'
import { ltr, useText } from '../i18n/text'
import { hoursMinutes, minutesSince, zulu } from '../i18n/time'
import { Code } from '../kit/Code'
import { errorText } from '../kit/errorText'
import { missionNow, useNow } from '../live/missionClock'
import { writing, type Withdrawn } from '../outbox/database'
import { isDone, isUnsent, type Entry } from '../outbox/machine'
import { outbox } from '../outbox/outbox'
import { useOutboxState } from '../outbox/useOutbox'
import { Choices, Dialog, Field } from './bits'
import { SIGNS } from './care/signs'
import { goTo } from './place'
import { isFirm } from './session'
import { useSignal } from './signal'

const REASONS = ['MISTAKE', 'DUPLICATE', 'REPORTED_OTHERWISE']

/** F6: each entry with its age and its state; what was refused stays until somebody decides. */
export function OutboxScreen({ me }: { me: Me }) {
  const { t } = useText()
  const state = useOutboxState()
  const firm = useSignal(isFirm)
  const open = state.entries.filter((entry) => !isDone(entry))
  const done = state.entries.filter(isDone)
  const others = state.closed.filter((entry) => !isDone(entry))
  const hasUnsent = [...state.entries, ...state.closed].some(isUnsent)

  async function save(): Promise<void> {
    const { exported, handOver } = await import('../outbox/bundle')
    const stamp = new Date(missionNow()).toISOString().slice(0, 16).replace(/[-:]/g, '')
    handOver(await exported(state, me.outbox_keys, me.user), `outbox-${stamp}.dunant`)
  }

  return (
    <section className="form" data-state={open.length || others.length ? 'offline_queue' : 'empty'}>
      <h1>{t('field.outbox')}</h1>
      <p>{t('field.outbox_sentence')}</p>
      {firm ? null : (
        <p className="notice" data-tone="amber">
          {t('field.not_firm')}
        </p>
      )}
      <button type="button" className="primary" disabled={!hasUnsent} onClick={() => void outbox.drain()}>
        {t('outbox.send_now')}
      </button>
      {open.length + others.length === 0 ? <p>{t('field.outbox_empty')}</p> : null}
      {others.length ? (
        <p className="notice" data-tone="amber">
          {t('field.others_waiting', { count: others.length })}
        </p>
      ) : null}
      <ul className="entries">
        {[...open].reverse().map((entry) => (
          <EntryRow key={entry.id} entry={entry} user={me.user} />
        ))}
        {[...done].reverse().map((entry) => (
          <EntryRow key={entry.id} entry={entry} user={me.user} />
        ))}
      </ul>
      <div className="row">
        <button
          type="button"
          className="plain"
          disabled={open.length + others.length === 0}
          onClick={() => void save()}
        >
          {t('field.export')}
        </button>
        <button type="button" className="plain" onClick={() => goTo('')}>
          {t('field.back')}
        </button>
      </div>
    </section>
  )
}

function EntryRow({ entry, user }: { entry: Entry; user: string }) {
  const text = useText()
  const { t, code } = text
  const now = useNow()
  const [dialog, setDialog] = useState<'edit' | 'withdraw' | null>(null)
  const [reason, setReason] = useState<string | null>(null)

  async function withdraw(): Promise<void> {
    if (!reason) return
    const gone: Withdrawn = { id: entry.id, user, type: entry.command.t, reason, at: missionNow() }
    const work = await writing(['gone'])
    await Promise.all([work.objectStore('gone').put(gone), work.done])
    outbox.withdraw(entry.id)
  }

  return (
    <li className="card" data-entry={entry.state} data-unsent={isUnsent(entry) || undefined}>
      <span className="card-head">
        <strong>{code('command', entry.command.t)}</strong>
        <span className="mark" data-tone={entry.state === 'rejected' ? 'red' : isUnsent(entry) ? 'unsent' : 'good'}>
          {t(`outbox.${entry.state}`)}
        </span>
      </span>
      <span>
        {t('time.elapsed_since', {
          elapsed: ltr(hoursMinutes(minutesSince(entry.queued_at, now))),
          clock: ltr(zulu(entry.queued_at, now)),
        })}
      </span>
      <Values command={entry.command} />
      {entry.state === 'rejected' ? (
        <>
          <p className="refusal">{errorText(text, entry.reply?.code ?? '', entry.reply?.params)}</p>
          <small>{t('error.code', { code: ltr(entry.reply?.code ?? '') })}</small>
          <div className="row">
            <button type="button" className="plain" onClick={() => setDialog('edit')}>
              {t('field.edit')}
            </button>
            <button type="button" className="outline" onClick={() => setDialog('withdraw')}>
              {t('outbox.withdraw')}
            </button>
          </div>
        </>
      ) : null}
      {dialog === 'edit' ? <Edit entry={entry} onClose={() => setDialog(null)} /> : null}
      {dialog === 'withdraw' ? (
        <Dialog title={t('field.withdraw_why')} onClose={() => setDialog(null)}>
          <Choices
            label={t('fact.reason')}
            value={reason}
            choices={REASONS.map((each) => ({ id: each, content: t(`withdraw_reason.${each}`) }))}
            onChoose={setReason}
          />
          <button type="button" className="outline" disabled={!reason} onClick={() => void withdraw()}>
            {t('outbox.withdraw')}
          </button>
        </Dialog>
      ) : null}
    </li>
  )
}

const HIDDEN = new Set(['t', 'casualty', 'exercise', 'request', 'leg', 'incident', 'event', 'subject_id', 'nonce', 'proof', 'card_hash', 'facility', 'dialect'])
/** What says by its word alone what it is. */
const BARE = new Set(['code', 'kind', 'region', 'side', 'face', 'limb', 'mode', 'text', 'substance', 'place'])
const plain = (command: Command): [string, string | number | boolean][] =>
  Object.entries(command).filter(
    (pair): pair is [string, string | number | boolean] => !HIDDEN.has(pair[0]) && typeof pair[1] !== 'object',
  )

function Values({ command }: { command: Command }) {
  const { code } = useText()
  const position = 'position' in command ? command.position : null
  return (
    <span className="values">
      {plain(command)
        .filter(([, value]) => value !== false && value !== '')
        .map(([name, value]) => (
          <span key={name}>
            {BARE.has(name) ? null : code(name in SIGN ? 'vital' : 'fact', name)}{' '}
            {group(command, name) ? (
              <bdi>{code(group(command, name), String(value))}</bdi>
            ) : (
              <Code>{value === true ? code('word', 'yes') : String(value)}</Code>
            )}
          </span>
        ))}
      {position ? (
        <Code>
          {position.lat.toFixed(5)}, {position.lon.toFixed(5)}
        </Code>
      ) : null}
    </span>
  )
}

const GROUP: Record<string, string> = {
  category: 'triage',
  affiliation: 'affiliation',
  mechanism: 'mechanism',
  code: 'intervention',
  region: 'region',
  side: 'body',
  face: 'body',
  limb: 'limb',
  state: 'leg',
  avpu: 'avpu',
  place: 'medic.place',
}
const SIGN = Object.fromEntries(SIGNS.map(({ name }) => [name, true]))
/** Injuries, requests and incidents each have a kind of their own. */
const KIND: Record<string, string> = { 'casualty.record_injury': 'injury_kind', 'casualty.request_evacuation': 'kind' }
const group = (command: Command, name: string): string => (name === 'kind' ? KIND[command.t] : GROUP[name]) ?? ''

/** A refused entry goes out again under a new id, with what was wrong put right. */
function Edit({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { t, code } = useText()
  const [values, setValues] = useState<Record<string, string | number | boolean>>(Object.fromEntries(plain(entry.command)))
  const numbers = new Set(plain(entry.command).filter(([, value]) => typeof value === 'number').map(([name]) => name))
  const label = (name: string) => code(name in SIGN ? 'vital' : 'fact', name)
  const put = (name: string, value: string | boolean) => setValues((before) => ({ ...before, [name]: value }))

  function send(): void {
    const given = Object.entries(values).filter(([, value]) => value !== '')
    const kept = Object.fromEntries(given.map(([name, value]) => [name, numbers.has(name) ? Number(String(value).replace(',', '.')) : value]))
    const rest = Object.fromEntries(Object.entries(entry.command).filter(([name]) => !(name in values)))
    outbox.again(entry.id, { ...rest, ...kept } as unknown as Command)
    onClose()
  }

  return (
    <Dialog title={code('command', entry.command.t)} onClose={onClose}>
      {Object.entries(values).map(([name, value]) =>
        typeof value === 'boolean' ? (
          <label key={name} className="tick">
            <input type="checkbox" checked={value} onChange={({ target }) => put(name, target.checked)} />
            <span>{label(name)}</span>
          </label>
        ) : (
          <Field key={name} label={label(name)}>
            {(ids) => <input {...ids} value={String(value)} onChange={({ target }) => put(name, target.value)} />}
          </Field>
        ),
      )}
      <button type="button" className="primary" onClick={send}>
        {t('outbox.again')}
      </button>
    </Dialog>
  )
}
