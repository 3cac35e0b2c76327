/** The whole map style, made from the mission's own boundaries: no tiles, no glyphs, nothing leaves the site. */
import type { ExpressionSpecification, StyleSpecification } from 'maplibre-gl'

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const isDisputed: ExpressionSpecification = [
  'any',
  ['==', ['get', 'disputed'], true],
  ['==', ['get', 'dashed'], true],
  ['==', ['get', 'kind'], 'disputed'],
]
const isNeighbour: ExpressionSpecification = ['==', ['get', 'kind'], 'neighbour']
const isLand: ExpressionSpecification = ['==', ['geometry-type'], 'Polygon']

export function missionStyle(boundaries: GeoJSON.FeatureCollection): StyleSpecification {
  return {
    version: 8,
    sources: {
      boundaries: { type: 'geojson', data: boundaries },
      grid: { type: 'geojson', data: graticule() },
      accuracy: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': colour('--map-ground') } },
      {
        id: 'neighbours',
        type: 'fill',
        source: 'boundaries',
        filter: ['all', isLand, isNeighbour],
        paint: { 'fill-color': colour('--map-neighbour') },
      },
      {
        id: 'land',
        type: 'fill',
        source: 'boundaries',
        filter: ['all', isLand, ['!', isNeighbour]],
        paint: { 'fill-color': colour('--map-land') },
      },
      {
        id: 'grid',
        type: 'line',
        source: 'grid',
        minzoom: 6,
        paint: { 'line-color': colour('--map-line'), 'line-width': 0.6, 'line-opacity': 0.28 },
      },
      {
        id: 'areas',
        type: 'line',
        source: 'boundaries',
        filter: ['==', ['get', 'kind'], 'area'],
        paint: { 'line-color': colour('--map-line'), 'line-width': 0.5 },
      },
      {
        id: 'border',
        type: 'line',
        source: 'boundaries',
        filter: ['all', ['!', isDisputed], ['!=', ['get', 'kind'], 'area']],
        paint: { 'line-color': colour('--map-line'), 'line-width': 1.4 },
      },
      {
        id: 'disputed',
        type: 'line',
        source: 'boundaries',
        filter: isDisputed,
        paint: { 'line-color': colour('--map-line'), 'line-width': 1.8, 'line-dasharray': [3, 3] },
      },
      {
        id: 'accuracy',
        type: 'fill',
        source: 'accuracy',
        paint: { 'fill-color': colour('--map-accuracy'), 'fill-opacity': 0.25 },
      },
    ],
  }
}

const METRES_PER_DEGREE = 111_320

/** A circle of the stated error around a position, drawn as a polygon so that it keeps its size on the ground. */
export function circle(lon: number, lat: number, metres: number): GeoJSON.Feature {
  const ring = Array.from({ length: 49 }, (_, index) => {
    const angle = (index / 48) * 2 * Math.PI
    const north = (metres * Math.sin(angle)) / METRES_PER_DEGREE
    const east = (metres * Math.cos(angle)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180))
    return [lon + east, lat + north]
  })
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
}

const GRID_STEP = 0.5

/** Every half degree, so that a close view without roads still shows distance and direction. */
function graticule(): GeoJSON.FeatureCollection {
  const line = (from: [number, number], to: [number, number]): GeoJSON.Feature => ({
    type: 'Feature',
    properties: {},
    geometry: { type: 'LineString', coordinates: [from, to] },
  })
  const features: GeoJSON.Feature[] = []
  for (let lon = -180; lon <= 180; lon += GRID_STEP) features.push(line([lon, -80], [lon, 80]))
  for (let lat = -80; lat <= 80; lat += GRID_STEP) features.push(line([-180, lat], [180, lat]))
  return { type: 'FeatureCollection', features }
}
