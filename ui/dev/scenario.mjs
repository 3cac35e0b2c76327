/** A small made-up mission in the shapes of the wire, for work on the screens without a server. All names fictional. */
export const BASE = Date.parse('2026-11-23T20:28:00Z')
export const at = (clock) => `2026-11-23T${clock.length === 5 ? `${clock}:00` : clock}Z`

let counter = 0
export const id = () => `0199a000-0000-7000-8000-${String(++counter).padStart(12, '0')}`

const clock = (code, limit, amber, t0, stop, extra = {}) => ({
  code,
  in_population: true,
  limit_min: limit,
  amber_min: amber,
  t0,
  stop,
  proxy: false,
  verdict: 'MET',
  reason: '',
  is_amber: false,
  predicted_stop: null,
  predicted_verdict: null,
  unavoidable_at: null,
  ...extra,
})
const span = (lo, hi = lo) => ({ lo: lo && at(lo), hi: hi && at(hi) })
const outside = ['C10', 'C60', 'C120'].map((code, index) =>
  clock(code, [10, 60, 120][index], [8, 45, 90][index], null, null, { in_population: false, verdict: 'NO_START' }),
)

const INCIDENT = id()
const SECOND = id()
const LEG = id()
const REQUEST = id()
export const BENTIU = id()

function casualty(tag, fields) {
  return {
    subject: id(),
    tag,
    status: 'AWAITING_EVAC',
    lane: 'reported',
    category: 'PRIORITY',
    triage: 'T2',
    scheme: 'SIEVE',
    triage_event: id(),
    affiliation: 'UN_MIL+MNG',
    child: false,
    incident: INCIDENT,
    exercise: true,
    position: { lat: 9.45, lon: 29.55, ce: 30, at: at('20:21') },
    reported_at: at('19:47'),
    reported_by_role: 'medic',
    source: 'cot',
    origin: 'BENTIU',
    request: { subject: REQUEST, tag: 'X-R001', kind: 'CASEVAC', status: 'AUTHORISED' },
    leg: null,
    facility: null,
    flags: [],
    conflicts: [],
    late_min: null,
    clocks: outside,
    ...fields,
  }
}

const leg = { subject: LEG, callsign: 'UN-42', status: 'LAUNCHED', eta: at('21:05') }
const t0 = span('19:36', '19:44')

export function makeBoard() {
  const c4 = casualty('X-4KQ2T-5', {
    reported_at: at('19:58'),
    late_min: 14,
    origin: 'BOR',
    flags: ['surplus', 'late'],
    triage: 'T1',
    category: 'URGENT',
    clocks: [
      clock('C10', 10, 8, t0, span('19:52', '19:54'), { verdict: 'BREACH_POSSIBLE' }),
      clock('C60', 60, 45, t0, null, {
        verdict: 'BREACH_POSSIBLE',
        predicted_stop: span('21:15'),
        predicted_verdict: 'BREACH_CERTAIN_PREDICTED',
        unavoidable_at: at('20:12'),
      }),
      clock('C120', 120, 90, t0, null, {
        predicted_stop: span('21:50', '22:05'),
        predicted_verdict: 'BREACH_CERTAIN_PREDICTED',
        unavoidable_at: at('20:31'),
      }),
    ],
    conflicts: [
      {
        field: 'triage',
        id: id(),
        values: [
          { value: 'T1', event: id(), by_role: 'medic', at: at('19:55'), origin: 'BOR', saw: [] },
          { value: 'T2', event: id(), by_role: 'medic', at: at('19:57'), origin: 'BENTIU', saw: [] },
        ],
      },
    ],
  })
  return [
    casualty('X-4KQ2M-B', {
      triage: 'T1',
      category: 'URGENT_SURGICAL',
      lane: 'assigned',
      leg,
      clocks: [
        clock('C10', 10, 8, t0, span('19:49'), { verdict: 'BREACH_POSSIBLE' }),
        clock('C60', 60, 45, t0, null, {
          predicted_stop: span('20:41'),
          predicted_verdict: 'BREACH_POSSIBLE_PREDICTED',
          unavoidable_at: at('20:44'),
        }),
        clock('C120', 120, 90, t0, null, {
          predicted_stop: span('21:30'),
          predicted_verdict: 'MET_PREDICTED',
          unavoidable_at: at('20:31'),
        }),
      ],
    }),
    casualty('X-4KQ2P-6', {
      triage: 'T1',
      category: 'URGENT_SURGICAL',
      lane: 'assigned',
      leg: { ...leg, callsign: 'UN-43', status: 'CREW_READY', eta: at('21:59') },
      clocks: [
        clock('C10', 10, 8, span('20:20', '20:22'), span('20:27'), {}),
        clock('C60', 60, 45, span('20:20', '20:22'), null, {
          predicted_stop: span('21:10'),
          predicted_verdict: 'MET_PREDICTED',
        }),
        clock('C120', 120, 90, span('20:20', '20:22'), null, {
          predicted_stop: span('21:59'),
          predicted_verdict: 'MET_PREDICTED',
          unavoidable_at: at('20:45'),
        }),
      ],
    }),
    c4,
    casualty('X-4KQ2Z-M', {
      status: 'REPORTED',
      triage: null,
      scheme: null,
      triage_event: null,
      category: 'URGENT',
      affiliation: 'UNKNOWN',
      reported_at: at('20:25'),
      flags: ['confirm_position', 'unknown_field'],
      position: { lat: 9.47, lon: 29.53, ce: 9999999, at: at('20:25') },
      clocks: [
        clock('C10', 10, 8, span(null, '20:24'), null, { verdict: 'BREACH_POSSIBLE' }),
        clock('C60', 60, 45, span(null, '20:24'), null, { verdict: 'BREACH_POSSIBLE' }),
        clock('C120', 120, 90, span(null, '20:24'), null, { verdict: 'BREACH_POSSIBLE' }),
      ],
    }),
    casualty('X-4KQ2V-H', { triage: 'T3', category: 'ROUTINE', reported_at: at('19:59') }),
    casualty('X-4KQ2W-K', {
      triage: 'T3',
      category: 'ROUTINE',
      affiliation: 'UN_POL_IPO+BRA',
      reported_at: at('20:01'),
      position: null,
    }),
    casualty('X-4KQ2X-2', {
      triage: 'T2',
      affiliation: 'HOST_CIV',
      child: true,
      reported_at: at('20:03'),
      flags: ['gap'],
    }),
    casualty('X-4KQ2R-9', {
      triage: 'T1',
      category: 'URGENT',
      lane: 'en_route',
      status: 'IN_TRANSIT',
      incident: SECOND,
      leg: { ...leg, callsign: 'BEN-AMB-1', status: 'DEPARTED', eta: at('20:40') },
      position: { lat: 9.3, lon: 29.72, ce: 15, at: at('20:27') },
      clocks: [
        clock('C10', 10, 8, span('19:52'), span('20:00'), {}),
        clock('C60', 60, 45, span('19:52'), null, {
          predicted_stop: span('20:40'),
          predicted_verdict: 'MET_PREDICTED',
        }),
        clock('C120', 120, 90, span('19:52'), null, {
          predicted_stop: span('21:20'),
          predicted_verdict: 'MET_PREDICTED',
        }),
      ],
    }),
    casualty('X-4KQ2J-T', {
      triage: 'T2',
      category: 'URGENT',
      lane: 'handed_over',
      status: 'AT_FACILITY',
      facility: { subject: BENTIU, name: 'Bentiu Level 2' },
      incident: SECOND,
      position: { lat: 9.26, lon: 29.8, ce: 10, at: at('19:40') },
      clocks: [
        clock('C10', 10, 8, span('18:55'), span('19:03'), {}),
        clock('C60', 60, 45, span('18:55'), span('19:40'), {}),
        clock('C120', 120, 90, span('18:55'), span('20:10'), { proxy: true }),
      ],
    }),
    casualty('X-4KQ2Y-7', {
      triage: 'DEAD',
      category: 'DEAD',
      lane: 'closed',
      status: 'DECEASED',
      affiliation: 'CONTRACTOR',
      clocks: [clock('C10', 10, 8, t0, span('19:50'), { verdict: 'ENDED_BY_DEATH' })],
    }),
  ]
}

export const incidents = () => [
  {
    subject: INCIDENT,
    tag: 'X-I001',
    type: 'IED',
    occurred_at: at('19:40'),
    position: { lat: 9.45, lon: 29.55, ce: 50, at: at('19:44') },
    status: 'OPEN',
    exercise: true,
    estimate: 9,
    tracked: 8,
    unaccounted: 1,
    cancelled: 0,
    surplus: 0,
  },
  {
    subject: SECOND,
    tag: 'X-I002',
    type: 'RTA',
    occurred_at: at('18:55'),
    position: null,
    status: 'OPEN',
    exercise: true,
    estimate: 2,
    tracked: 2,
    unaccounted: 0,
    cancelled: 0,
    surplus: 0,
  },
]

export const alerts = () => [
  {
    subject: id(),
    incident: INCIDENT,
    channel: 'COT',
    received_at: at('20:25'),
    callsign: 'MONBATT-6',
    unverified: false,
    position: { lat: 9.47, lon: 29.53, ce: null, at: at('20:25') },
    acknowledged: [],
    status: 'OPEN',
    exercise: true,
    request: REQUEST,
  },
  {
    subject: id(),
    incident: INCIDENT,
    channel: 'VOICE',
    received_at: at('19:44'),
    callsign: 'MONBATT-6',
    unverified: false,
    position: null,
    acknowledged: [{ role: 'duty_officer', at: at('19:46') }],
    status: 'ACKNOWLEDGED',
    exercise: true,
    request: REQUEST,
  },
]

export const assets = () => [
  {
    subject: id(),
    callsign: 'UN-42',
    kind: 'HELI',
    state: 'COMMITTED',
    position: { lat: 9.36, lon: 29.66, ce: 20, at: at('20:27:30') },
    ntm_day_min: 15,
    ntm_night_min: 30,
    caveats: ['no NVG'],
  },
  {
    subject: id(),
    callsign: 'UN-43',
    kind: 'HELI',
    state: 'ALERTED',
    position: { lat: 9.53, lon: 31.66, ce: 20, at: at('20:22') },
    ntm_day_min: 15,
    ntm_night_min: 60,
    caveats: [],
  },
  {
    subject: id(),
    callsign: 'BEN-AMB-1',
    kind: 'AMBULANCE',
    state: 'COMMITTED',
    position: { lat: 9.3, lon: 29.72, ce: 15, at: at('20:27') },
    ntm_day_min: 5,
    ntm_night_min: 5,
    caveats: [],
  },
  {
    subject: id(),
    callsign: 'BOR-AMB-2',
    kind: 'AMBULANCE',
    state: 'UNKNOWN',
    position: { lat: 6.21, lon: 31.56, ce: null, at: at('17:02') },
    ntm_day_min: null,
    ntm_night_min: null,
    caveats: [],
  },
]

const modules = (...codes) => codes.map((code) => ({ code, status: 'NORMAL' }))
export const facilities = () => [
  {
    subject: BENTIU,
    name: 'Bentiu Level 2',
    level: 'L2',
    position: { lat: 9.26, lon: 29.8, ce: null, at: null },
    modules: [
      ...modules('RESUS', 'SURGERY', 'ICU_VENT', 'LAB', 'HLS_NIGHT'),
      { code: 'DCR_BLOOD', status: 'COMPROMISED' },
    ],
    status: 'NORMAL',
    reported_at: at('18:10'),
    stale: false,
  },
  {
    subject: id(),
    name: 'Malakal Level 2',
    level: 'L2',
    position: { lat: 9.53, lon: 31.66, ce: null, at: null },
    modules: modules('RESUS', 'SURGERY', 'ICU_VENT'),
    status: 'NORMAL',
    reported_at: at('16:40'),
    stale: false,
  },
  {
    subject: id(),
    name: 'Bor Level 2',
    level: 'L2',
    position: { lat: 6.21, lon: 31.56, ce: null, at: null },
    modules: modules('RESUS', 'SURGERY'),
    status: 'NORMAL',
    reported_at: '2026-11-23T05:00:00Z',
    stale: true,
  },
  {
    subject: id(),
    name: 'Juba Level 2+',
    level: 'L2+',
    position: { lat: 4.85, lon: 31.6, ce: null, at: null },
    modules: modules('RESUS', 'SURGERY', 'ICU_VENT', 'CT', 'DCR_BLOOD'),
    status: 'FULL',
    reported_at: at('20:00'),
    stale: false,
  },
]

const event = (t, time, facts, extra = {}) => ({
  event: id(),
  t,
  at: { t: at(time), p: 'EXACT' },
  rec: at(time),
  rx: at(time),
  late_min: null,
  by_role: 'medic',
  origin: 'BENTIU',
  source: 'cot',
  stream: 'casualty',
  facts,
  corrected: false,
  unknown: false,
  ...extra,
})

export const timeline = (row) => [
  event('casualty.alert_received', '19:44', { channel: 'COT', callsign: 'MONBATT-6' }, { stream: 'alert' }),
  event('casualty.casualty_reported', '19:47', { tag: row.tag, affiliation: row.affiliation, source: 'cot' }),
  event(
    'casualty.injury_time_estimated',
    '19:40',
    { last_known_well: at('19:36') },
    { at: { t: at('19:40'), p: 'PLUS_MINUS', lo: at('19:36'), hi: at('19:44') } },
  ),
  event(
    'casualty.alert_acknowledged',
    '19:46',
    { role: 'duty_officer' },
    { stream: 'alert', by_role: 'duty_officer', source: 'desk' },
  ),
  event('casualty.triage_assigned', '19:49', { category: 'T2', scheme: 'SIEVE' }, { corrected: true }),
  event('casualty.milestone_recorded', '19:49', { code: 'M2' }),
  event('casualty.evac_requested', '19:52', {
    kind: 'CASEVAC',
    counts: { URGENT_SURGICAL: 1, PRIORITY: 2 },
    litter: 2,
    ambulatory: 1,
    security: 'P',
    freq: '46.55',
  }),
  event(
    'casualty.triage_assigned',
    '19:55',
    { category: 'T1', scheme: 'SIEVE' },
    { origin: 'BOR', rx: at('20:09'), late_min: 14 },
  ),
  event(
    'casualty.authority_decided',
    '19:57',
    { step: 'LAUNCH', decision: 'AUTHORISED' },
    { by_role: 'duty_officer', source: 'desk' },
  ),
  event('casualty.tourniquet_reassessed', '20:02', { limb: 'L_LEG' }, { unknown: true, origin: 'MALAKAL' }),
  event(
    'casualty.leg_progressed',
    '20:27',
    { callsign: 'UN-42', state: 'LAUNCHED', eta: at('21:05') },
    { by_role: 'air_operations', source: 'voice' },
  ),
]

export const legs = () => [
  {
    subject: LEG,
    request: REQUEST,
    asset: null,
    origin: null,
    destination: BENTIU,
    active: true,
    status: 'LAUNCHED',
    casualties: [],
    plan: { M11: at('21:05') },
    actual: { NOTIFIED: at('20:00'), CREW_READY: at('20:20'), LAUNCHED: at('20:27') },
  },
]

export const requests = () => [
  {
    subject: REQUEST,
    tag: 'X-R001',
    kind: 'CASEVAC',
    status: 'AUTHORISED',
    callsign: 'MONBATT-6',
    freq: '46.55',
    counts: { URGENT_SURGICAL: 2, PRIORITY: 3, ROUTINE: 2 },
    litter: 3,
    ambulatory: 4,
    security: 'P',
    marking: 'IR strobe',
    equipment: ['hoist'],
    peer: 'TAK',
  },
]
