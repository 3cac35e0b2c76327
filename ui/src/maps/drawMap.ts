/** MapLibre, loaded on demand and wrapped so that the rest of the desk sees pins and choices only. */
import { Map as MapLibre, Marker, NavigationControl, ScaleControl, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
// MapLibre 6 is modules only: without a named worker the built map stays empty.
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { arrange, type Placed } from './layout'
import { clusterElement, pinElement } from './marks'
import { around, cluster, countByTriage, withNeighbours, type Pin } from './pins'
import { circle, missionStyle } from './style'

setWorkerUrl(workerUrl)

const UNCERTAIN_FROM_M = 20
const UNCERTAIN_TO_M = 20_000
const CLOSEST_ZOOM = 9
const xy = ({ x, y }: { x: number; y: number }) => ({ x, y })

function clusterHalf(pins: Pin[]): { width: number; height: number } {
  return { width: 64, height: 17 * Math.ceil(countByTriage(pins).length / 2) }
}

export interface MapTexts {
  zoomIn: string
  zoomOut: string
  title: string
  pin: (pin: Pin) => string
  cluster: (pins: Pin[]) => string
  isRtl: boolean
}

export interface Drawing {
  pins: Pin[]
  selected: string | null
  texts: MapTexts
}

export interface DrawnMap {
  draw: (drawing: Drawing) => void
  fit: () => void
  remove: () => void
}

interface Options {
  boundaries: GeoJSON.FeatureCollection
  bbox: [number, number, number, number]
  texts: MapTexts
  onChoose: (pin: Pin) => void
  onIdle: (isIdle: boolean) => void
}

export function drawMap(container: HTMLElement, { boundaries, bbox, texts, onChoose, onIdle }: Options): DrawnMap {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = new MapLibre({
    container,
    style: missionStyle(boundaries),
    bounds: bbox,
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 15,
    fadeDuration: 0,
    locale: {
      'NavigationControl.ZoomIn': texts.zoomIn,
      'NavigationControl.ZoomOut': texts.zoomOut,
      'Map.Title': texts.title,
    },
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), texts.isRtl ? 'top-left' : 'top-right')
  map.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left')
  let drawing: Drawing = { pins: [], selected: null, texts }
  let marks: Marker[] = []
  let hasFitted = false
  let isMoved = false
  let shown: string | null = null

  map.on('idle', () => onIdle(true))
  // Until somebody moves the map it keeps the casualties in view, also when an alert above takes some of its height.
  map.on('movestart', (event) => (isMoved ||= 'originalEvent' in event && Boolean(event.originalEvent)))
  map.on('resize', () => hasFitted && !isMoved && fit(withNeighbours(drawing.pins), false))
  map.on('moveend', place)
  // A style that is still loading can only be replaced whole.
  const recolour = () => map.setStyle(missionStyle(boundaries), { diff: Boolean(map.isStyleLoaded()) })
  addEventListener('dunant:theme', recolour)
  map.on('styledata', circles)

  function place(): void {
    for (const mark of marks) mark.remove()
    const onScreen = (pin: Pin) => map.project([pin.position.lon, pin.position.lat])
    const rest = (kind: Pin['kind']) =>
      drawing.pins.filter((pin) => pin.kind === kind).map((pin) => ({ pins: [pin], ...xy(onScreen(pin)) }))
    // Casualties first: they keep their place and label, the means around them step aside.
    const groups = [
      ...cluster(
        drawing.pins.filter((pin) => pin.kind === 'casualty'),
        onScreen,
      ),
      ...rest('asset'),
      ...rest('facility'),
    ]
    const placed = arrange(
      groups.map((group) => ({
        x: group.x,
        y: group.y,
        half: group.pins.length > 1 ? clusterHalf(group.pins) : { width: 17, height: 17 },
        labelLength: group.pins.length > 1 ? 0 : group.pins[0]!.label.length,
      })),
    )
    marks = groups.map((group, index) => put(group.pins, placed[index]!))
  }

  function put(pins: Pin[], { offset, isLabelShown }: Placed): Marker {
    const first = pins[0]!
    const isSelected = pins.some((pin) => pin.id === drawing.selected)
    const element =
      pins.length === 1
        ? pinElement(first, drawing.texts.pin(first), isSelected, isLabelShown || isSelected, () => onChoose(first))
        : clusterElement(pins, drawing.texts.cluster(pins), isSelected, () => open(pins))
    return new Marker({ element, anchor: 'center', offset })
      .setLngLat([first.position.lon, first.position.lat])
      .addTo(map)
  }

  function open(pins: Pin[]): void {
    const box = around(pins)!
    const isOnePlace = Math.hypot(box[2] - box[0], box[3] - box[1]) < 0.0005
    if (isOnePlace || map.getZoom() >= map.getMaxZoom() - 0.5)
      onChoose(pins.find((pin) => pin.id === drawing.selected) ?? pins[0]!)
    else {
      isMoved = true
      map.fitBounds(box, { padding: 90, animate: !still })
    }
  }

  function circles(): void {
    const source = map.getSource<GeoJSONSource>('accuracy')
    const uncertain = drawing.pins.filter(
      ({ position: { ce } }) => ce !== null && ce >= UNCERTAIN_FROM_M && ce <= UNCERTAIN_TO_M,
    )
    source?.setData({
      type: 'FeatureCollection',
      features: uncertain.map(({ position }) => circle(position.lon, position.lat, position.ce!)),
    })
  }

  function fit(pins: Pin[], animate = !still): void {
    const box = around(pins)
    if (box)
      map.fitBounds(box, { padding: { top: 96, bottom: 64, left: 84, right: 140 }, maxZoom: CLOSEST_ZOOM, animate })
  }

  return {
    draw(next) {
      onIdle(false)
      drawing = next
      place()
      if (map.isStyleLoaded()) circles()
      if (!hasFitted && next.pins.some((pin) => pin.kind === 'casualty')) {
        hasFitted = true
        fit(withNeighbours(next.pins), false)
      }
      if (next.selected !== shown) {
        shown = next.selected
        const pin = next.pins.find((each) => each.id === shown)
        if (pin && !map.getBounds().contains([pin.position.lon, pin.position.lat])) {
          isMoved = true
          map.easeTo({ center: [pin.position.lon, pin.position.lat], animate: !still })
        }
      }
      map.triggerRepaint()
    },
    fit() {
      isMoved = true
      fit(drawing.pins)
    },
    remove() {
      removeEventListener('dunant:theme', recolour)
      map.remove()
    },
  }
}
