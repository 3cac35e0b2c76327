/** A stand-in for the server while the screens are being made: `npm run dev:fake`, then `npm run dev`.
 *
 * Any user name signs in, the password is `demo`. POST /dev/state?is=empty|first_use|partial|denied|error|slow|read_only|
 * refusing|normal changes how it behaves, for pictures of the states; /dev/poke moves one casualty; CROWD=8 makes eight times
 * as many. It checks nothing and is never part of the product.
 */
import { readFileSync, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { boundaries } from './boundaries.mjs'
import * as scenario from './scenario.mjs'

const PORT = Number(process.env.PORT ?? 8000)
const SPEED = Number(process.env.SPEED ?? 1)
const DIST = fileURLToPath(new URL('../../src/dunant/web/dist/', import.meta.url))
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

const started = Date.now()
const now = () => new Date(scenario.BASE + (Date.now() - started) * SPEED).toISOString()
let version = 1
let state = 'normal'
let signedIn = process.env.SIGNED_IN === 'yes'
const listeners = new Set()
const data = {
  board: Array.from({ length: Number(process.env.CROWD ?? 1) }, scenario.makeBoard).flat(),
  incidents: scenario.incidents(),
  alerts: scenario.alerts(),
  assets: scenario.assets(),
  legs: scenario.legs(),
  requests: scenario.requests(),
  facilities: scenario.facilities(),
}
const answered = new Map()

const me = () => ({
  user: 'duty',
  display: 'Duty officer',
  role: 'duty_officer',
  unit: 'CASEVAC cell',
  facility: null,
  csrf: 'fake',
  grant: 'grant',
  permissions: [],
  site: 'BENTIU',
  mission: {
    code: 'UNMISS',
    name: 'UNMISS',
    zone: 'Africa/Juba',
    exercise: process.env.EXERCISE !== 'no',
    languages: ['ar', 'en', 'es', 'fr', 'ru', 'zh'],
    bbox: [26.5, 5.5, 33.5, 11],
  },
  clock: { now: now(), speed: SPEED },
  session: { idle_min: 15, ends_at: '2026-11-24T06:00:00Z', locked: false, has_pin: false, lock_min: 5 },
})

const policy = {
  clocks: [
    { code: 'C10', limit_min: 10, amber_min: 8 },
    { code: 'C60', limit_min: 60, amber_min: 45 },
    { code: 'C120', limit_min: 120, amber_min: 90 },
  ],
  thresholds: {},
  languages: ['ar', 'en', 'es', 'fr', 'ru', 'zh'],
  triage: {
    SIEVE: {
      categories: [
        ['T1', 'square'],
        ['T2', 'triangle'],
        ['T3', 'circle'],
        ['DEAD', 'cross'],
      ].map(([code, shape]) => ({ code, shape, label_id: `triage.${code}`, color: '' })),
    },
    SORT: {
      categories: [
        ['T1', 'square'],
        ['T2', 'triangle'],
        ['T3', 'circle'],
        ['T4', 'diamond'],
        ['DEAD', 'cross'],
      ].map(([code, shape]) => ({ code, shape, label_id: `triage.${code}`, color: '' })),
    },
  },
}

function rows(name, query) {
  if (state === 'empty' && name === 'board') return []
  if (state === 'first_use' && ['board', 'incidents', 'alerts'].includes(name)) return []
  if (state === 'read_only' && name === 'incidents') return data.incidents.map((row) => ({ ...row, status: 'CLOSED' }))
  if (name === 'timeline')
    return scenario.timeline(data.board.find((row) => row.subject === query.get('subject')) ?? data.board[0])
  if (name === 'conflicts')
    return data.board.flatMap((row) => row.conflicts.map((each) => ({ ...each, subject: row.subject, tag: row.tag })))
  return data[name] ?? []
}

function view(name, query) {
  const who = ['chief_medical_officer', 'duty_officer']
  const names = [
    'casualty.plan_leg',
    'casualty.report_leg',
    'casualty.assign_triage',
    'casualty.acknowledge_alert',
    'casualty.resolve_conflict',
    'casualty.estimate_injury_time',
  ]
  const all = rows(name, query)
  const limit = Number(query.get('limit') ?? 200)
  const from = Number(query.get('after') ?? 0)
  const silent = state === 'partial'
  return {
    view: name,
    version,
    as_of: now(),
    complete_through: now(),
    suppressed: silent ? 2 : 0,
    sources: [
      { site: 'BENTIU', last_heard: now() },
      { site: 'BOR', last_heard: silent ? scenario.at('19:52') : now() },
      { site: 'MALAKAL', last_heard: now() },
    ],
    actions: names.map((each) => ({
      name: each,
      allowed: state !== 'no_role',
      reason: state === 'no_role' ? 'role' : null,
      who_can: who,
    })),
    rows: all.slice(from, from + limit),
    next: from + limit < all.length ? String(from + limit) : null,
  }
}

function change(subject, tag, views) {
  version += 1
  for (const send of listeners) send('change', { subject, tag, views, version })
}

function decide({ id, command, at }) {
  if (answered.has(id)) return { ...answered.get(id), outcome: 'duplicate' }
  const outcome =
    state === 'refusing'
      ? { id, outcome: 'rejected', code: 'casualty.already_handed_over', params: {} }
      : { id, outcome: 'accepted', events: [id] }
  answered.set(id, outcome)
  if (outcome.outcome === 'accepted') carryOut(command, at)
  return outcome
}

function carryOut(command, at) {
  const row = data.board.find((each) => each.subject === (command.casualty ?? command.subject_id))
  if (command.t === 'casualty.assign_triage' && row)
    Object.assign(row, { triage: command.category, scheme: command.scheme })
  if (command.t === 'casualty.plan_leg') {
    const planned = data.board.find((each) => each.subject === command.casualties[0])
    const asset = data.assets.find((each) => each.subject === command.asset)
    Object.assign(planned, {
      lane: 'assigned',
      leg: { subject: command.leg, callsign: asset.callsign, status: 'PLANNED', eta: command.plan.M11 ?? null },
    })
    data.legs.push({
      subject: command.leg,
      request: null,
      asset: command.asset,
      origin: null,
      destination: command.destination,
      active: true,
      status: 'PLANNED',
      casualties: command.casualties,
      plan: command.plan,
      actual: {},
    })
  }
  if (command.t === 'casualty.report_leg') {
    const leg = data.legs.find((each) => each.subject === command.leg)
    Object.assign(leg, { status: command.state, actual: { ...leg.actual, [command.state]: now() } })
    for (const each of data.board)
      if (each.leg?.subject === leg.subject) each.leg = { ...each.leg, status: command.state }
  }
  if (command.t === 'casualty.resolve_conflict' && row) Object.assign(row, { triage: command.value, conflicts: [] })
  if (command.t === 'casualty.estimate_injury_time' && row)
    for (const clock of row.clocks) clock.t0 = { ...clock.t0, lo: at.t }
  if (command.t === 'casualty.acknowledge_alert') {
    const alert = data.alerts.find((each) => each.subject === command.alert)
    if (alert) Object.assign(alert, { status: 'ACKNOWLEDGED', acknowledged: [{ role: 'duty_officer', at: now() }] })
  }
  change(row?.subject ?? command.alert, row?.tag ?? null, ['board', 'timeline', 'alerts', 'conflicts', 'legs'])
}

const reply = (response, status, body, type = 'application/json') =>
  response.writeHead(status, { 'Content-Type': type }).end(body === undefined ? undefined : JSON.stringify(body))
const problem = (response, status, code, params = {}) =>
  reply(response, status, { type: 'about:blank', title: code, status, code, params }, 'application/problem+json')

async function body(request) {
  let text = ''
  for await (const part of request) text += part
  return text ? JSON.parse(text) : {}
}

function file(response, path) {
  const wanted = DIST + normalize(path).replace(/^(\.\.[/\\])+/, '')
  if (!existsSync(wanted)) return reply(response, 404)
  response
    .writeHead(200, { 'Content-Type': TYPES[extname(wanted)] ?? 'application/octet-stream' })
    .end(readFileSync(wanted))
}

function live(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  let cursor = 0
  const send = (event, payload) =>
    response.write(`id: ${++cursor}\nevent: ${event}\ndata: ${JSON.stringify(payload)}\n\n`)
  send('clock', { now: now(), speed: SPEED })
  const beat = setInterval(() => send('clock', { now: now(), speed: SPEED }), 15_000)
  listeners.add(send)
  response.on('close', () => {
    clearInterval(beat)
    listeners.delete(send)
  })
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://fake')
  const path = url.pathname.replace('/api/v1', '')
  if (url.pathname === '/dev/state') {
    state = url.searchParams.get('is') ?? 'normal'
    for (const send of listeners) send('reset', {})
    return reply(response, 200, { state })
  }
  if (url.pathname === '/dev/poke') {
    const row = data.board[Math.floor(Math.random() * data.board.length)]
    row.position = row.position && { ...row.position, at: now() }
    change(row.subject, row.tag, ['board', 'timeline'])
    return reply(response, 200, { poked: row.tag })
  }
  if (!url.pathname.startsWith('/api/'))
    return file(response, url.pathname.startsWith('/assets/') ? url.pathname : 'desk.html')
  if (path === '/login') {
    if ((await body(request)).password !== 'demo') return problem(response, 401, 'access.login_failed')
    signedIn = true
    return reply(response, 200, me())
  }
  if (!signedIn) return problem(response, 401, 'access.signed_out')
  if (path === '/logout') {
    signedIn = false
    return response.writeHead(204).end()
  }
  if (path === '/me') return reply(response, 200, me())
  if (path === '/policy') return reply(response, 200, policy)
  if (path === '/boundaries') return reply(response, 200, boundaries())
  if (path === '/live') return live(response)
  if (path === '/commands') return reply(response, 200, (await body(request)).map(decide))
  if (path.startsWith('/views/')) {
    if (state === 'slow') return
    if (state === 'denied')
      return problem(response, 403, 'access.denied', { who_can: ['casevac_cell', 'duty_officer'] })
    if (state === 'error') return problem(response, 500, 'kernel.unknown')
    return reply(response, 200, view(path.slice(7), url.searchParams))
  }
  return problem(response, 404, 'http.404')
}).listen(PORT, '127.0.0.1', () => console.log(`fake desk on http://127.0.0.1:${PORT}/desk/ops`))
