import { useState } from 'react'
import { useText } from '../../i18n/text'
import { Choices, Field } from '../bits'
import type { Part } from './CareCard'

const AFFILIATIONS = 'UN_MIL UN_POL_IPO UN_POL_FPU UN_CIV_INTL UN_CIV_NATL UNV CONTRACTOR AFP_STAFF HOST_FORCES HOST_CIV DETAINEE OTHER UNKNOWN'.split(' ')

/** Who it is, as far as it matters for care and transport; never a name. */
export function Person({ care, recorder, report, isGone }: Part & { isGone: boolean }) {
  const { t, code } = useText()
  const casualty = recorder.subject
  const [substance, setSubstance] = useState('')
  const [note, setNote] = useState('')

  function detail(known: Record<string, unknown>, label: string): void {
    if (!report(known)) recorder.keep({ t: 'casualty.record_details', casualty, ...known }, label)
  }

  return (
    <section className="step" aria-label={t('medic.person')}>
      <h2>{t('medic.person')}</h2>
      {isGone ? null : (
        <>
          <Field label={t('fact.affiliation')}>
            {(ids) => (
              <select {...ids} value={care.affiliation ?? ''} onChange={({ target }) => (target.value ? detail({ affiliation: target.value }, code('affiliation', target.value)) : undefined)}>
                <option value="">{t('field.not_said')}</option>
                {AFFILIATIONS.map((each) => (
                  <option key={each} value={each}>
                    {code('affiliation', each)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <label className="tick">
            <input type="checkbox" checked={care.child} onChange={({ target }) => detail({ child: target.checked }, t('field.child'))} />
            <span>{t('field.child')}</span>
          </label>
          <Choices
            label={t('medic.pregnant')}
            value={null}
            narrow
            choices={['yes', 'no'].map((id) => ({ id, content: t(id === 'yes' ? 'word.yes' : 'word.no') }))}
            onChoose={(id) => (report(), recorder.keep({ t: 'casualty.record_clinical_details', casualty, pregnant: id === 'yes' }, t('medic.pregnant')))}
          />
        </>
      )}
      {care.allergies.length ? <p>{t('medic.allergic_to', { what: care.allergies.join(' · ') })}</p> : null}
      {isGone ? null : (
        <Words label={t('medic.allergy')} value={substance} onType={setSubstance} onKeep={() => (report(), recorder.keep({ t: 'casualty.assert_allergy', casualty, substance: substance.trim() }, t('medic.allergy')), setSubstance(''))} />
      )}
      <Words label={t('medic.note')} value={note} onType={setNote} onKeep={() => (report(), recorder.keep({ t: 'casualty.add_note', casualty, text: note.trim() }, t('medic.note')), setNote(''))} />
    </section>
  )
}

function Words({ label, value, onType, onKeep }: { label: string; value: string; onType: (text: string) => void; onKeep: () => void }) {
  const { t } = useText()
  return (
    <div className="words">
      <Field label={label}>
        {(ids) => <input {...ids} dir="auto" autoComplete="off" maxLength={200} value={value} onChange={({ target }) => onType(target.value)} />}
      </Field>
      <button type="button" className="plain" aria-label={t('medic.keep_what', { what: label })} disabled={value.trim() === ''} onClick={onKeep}>
        {t('medic.keep')}
      </button>
    </div>
  )
}
