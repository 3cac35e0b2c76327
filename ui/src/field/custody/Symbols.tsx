import { useState } from 'react'
import { ltr, useText } from '../../i18n/text'
import { Picture } from '../request/Picture'

/** The symbols of one code, one at a time; the other phone takes them in any order. */
export function Symbols({ texts, label }: { texts: string[]; label: string }) {
  const { t } = useText()
  const [at, setAt] = useState(0)
  return (
    <div className="symbols" data-symbols={texts.length}>
      <Picture text={texts[at] ?? ''} label={label} />
      {texts.length > 1 ? (
        <>
          <p>{t('medic.part_of', { at: ltr(at + 1), all: ltr(texts.length) })}</p>
          <button type="button" className="plain" onClick={() => setAt((at + 1) % texts.length)}>
            {t('medic.next_symbol')}
          </button>
        </>
      ) : null}
    </div>
  )
}
