import { useText } from '../i18n/text'

const SHAPES: Record<string, string> = {
  square: 'M3 3h18v18H3z',
  triangle: 'M12 2.5 22.5 21h-21z',
  circle: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z',
  diamond: 'M12 1.5 22.5 12 12 22.5 1.5 12z',
  cross: 'M5.5 2 12 8.5 18.5 2 22 5.5 15.5 12l6.5 6.5-3.5 3.5-6.5-6.5L5.5 22 2 18.5 8.5 12 2 5.5z',
  ring: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 4a6 6 0 1 1 0 12 6 6 0 0 1 0-12z',
}

export const SHAPE_OF: Record<string, string> = {
  T1: 'square',
  T2: 'triangle',
  T3: 'circle',
  T4: 'diamond',
  DEAD: 'cross',
}

export const shapePath = (triage: string | null, shape?: string): string =>
  SHAPES[shape ?? SHAPE_OF[triage ?? ''] ?? 'ring'] ?? SHAPES.ring!

interface Props {
  triage: string | null
  scheme?: string | null
  shape?: string
}

/** Shape, letter-number and colour together; the scheme is named because the same letter means different things. */
export function TriageMark({ triage, scheme, shape }: Props) {
  const { t, has } = useText()
  const spoken = triage && has(`triage.${triage}`) ? t(`triage.${triage}`) : t('triage.none')
  return (
    <span className="triage" data-triage={triage ?? 'none'} title={spoken}>
      <svg viewBox="0 0 24 24" aria-hidden="true" className="triage-shape">
        <path d={shapePath(triage, shape)} />
      </svg>
      <bdi dir="ltr" className="triage-code">
        {triage ? (triage === 'DEAD' ? t('triage.short.DEAD') : triage) : t('triage.short.none')}
      </bdi>
      {scheme && triage ? (
        <bdi dir="ltr" className="triage-scheme">
          {scheme}
        </bdi>
      ) : null}
      {scheme === null && triage ? <span className="triage-scheme">{t('triage.scheme_unknown')}</span> : null}
    </span>
  )
}
