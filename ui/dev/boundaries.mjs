/** The mission's boundaries if the packs are there, else a rough frame, so that the map has something to draw. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PACK = fileURLToPath(new URL('../../src/dunant/packs/core/boundaries/', import.meta.url))
const rough = {
  type: 'Feature',
  properties: { kind: 'country', name: 'SSD' },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [24.1, 8.7],
        [26.5, 9.5],
        [28, 9.4],
        [31, 9.8],
        [33, 12],
        [34.1, 9.5],
        [33, 7.9],
        [35.9, 4.6],
        [34, 4.2],
        [31.2, 3.8],
        [29, 4.4],
        [27.4, 5.2],
        [25.5, 7.5],
        [24.1, 8.7],
      ],
    ],
  },
}
const dashed = {
  type: 'Feature',
  properties: { kind: 'disputed', disputed: true },
  geometry: {
    type: 'LineString',
    coordinates: [
      [27.9, 9.4],
      [28, 10.1],
      [29.1, 10.2],
      [29.1, 9.7],
    ],
  },
}

export function boundaries() {
  const files = existsSync(PACK)
    ? readdirSync(PACK).filter((name) => name.endsWith('.geo.json') || name.endsWith('.geojson'))
    : []
  const wanted = files.filter((name) => /ssd|disputed/i.test(name))
  const features = wanted.flatMap((name) => JSON.parse(readFileSync(PACK + name, 'utf8')).features ?? [])
  return { type: 'FeatureCollection', features: features.length ? features : [rough, dashed] }
}
