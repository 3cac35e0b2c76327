import { useEffect, useMemo, useRef, useState } from 'react'
import { boundaries as askBoundaries } from '../api/client'
import { useText } from '../i18n/text'
import { Button } from '../kit/Button'
import { drawMap, type DrawnMap, type MapTexts } from './drawMap'
import type { Pin } from './pins'

interface Props {
  pins: Pin[]
  bbox: [number, number, number, number]
  selected: string | null
  onChoose: (pin: Pin) => void
  onFailure: () => void
}

export default function MissionMap({ pins, bbox, selected, onChoose, onFailure }: Props) {
  const text = useText()
  const { t, code, language } = text
  const place = useRef<HTMLDivElement>(null)
  const map = useRef<DrawnMap | null>(null)
  const choose = useRef(onChoose)
  choose.current = onChoose
  const [state, setState] = useState<'loading' | 'busy' | 'idle'>('loading')

  const texts = useMemo<MapTexts>(
    () => ({
      zoomIn: t('map.zoom_in'),
      zoomOut: t('map.zoom_out'),
      title: t('map.title'),
      isRtl: document.documentElement.dir === 'rtl',
      pin: (pin) =>
        `${t(`map.kind.${pin.kind}`)}${pin.kind === 'casualty' ? `, ${pin.triage ? code('triage', pin.triage) : t('triage.none')}` : ''}, ${t(`map.fresh.${pin.freshness}`)}`,
      cluster: (group) => t('map.cluster', { count: group.length }),
    }),
    [text],
  )
  const drawing = useRef({ pins, selected, texts })
  drawing.current = { pins, selected, texts }

  useEffect(() => {
    let isGone = false
    void askBoundaries()
      .catch(() => ({ type: 'FeatureCollection' as const, features: [] }))
      .then((boundaries) => {
        if (isGone || !place.current) return
        try {
          map.current = drawMap(place.current, {
            boundaries,
            bbox,
            texts,
            onChoose: (pin) => choose.current(pin),
            onIdle: (isIdle) => setState(isIdle ? 'idle' : 'busy'),
          })
          map.current.draw(drawing.current)
        } catch {
          // No WebGL on this device: the list shows the same things.
          onFailure()
        }
      })
    return () => {
      isGone = true
      map.current?.remove()
      map.current = null
    }
    // A new language draws a new map, because the names and sides of its controls are fixed at birth.
  }, [language])

  useEffect(() => map.current?.draw(drawing.current), [pins, selected, texts])

  return (
    <div className="map-frame" dir="ltr">
      <div ref={place} className="map" data-state={state} />
      <div className="map-fit">
        <Button onPress={() => map.current?.fit()}>{t('map.fit')}</Button>
      </div>
    </div>
  )
}
