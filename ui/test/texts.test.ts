import { readdirSync, readFileSync } from 'node:fs'
import PO from 'pofile'
import { expect, test } from 'vitest'
import { FURTHER_ON_THE_PHONE, ON_THE_PHONE, PHONE_ONLY } from '../build/catalogue'

const SOURCE = new URL('../src/', import.meta.url)
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
const read = (name: string) => readFileSync(new URL(name, SOURCE), 'utf8')
const ids = new Set(PO.parse(read('locales/en.po')).items.map((item) => item.msgid))

/** Between two tags, or in an attribute that people read or hear. Generics and comparisons are not text. */
const BETWEEN_TAGS = /(?<=[\w"'/}]>)[^<>{}=;()]*\p{Letter}{2,}[^<>{}=;()]*(?=<\/)/gu
const SPOKEN = /\s(?:aria-label|title|alt|placeholder|label)="[^"]*\p{Letter}[^"]*"/gu

test('no text literal stands in a component outside of the catalogue', () => {
  for (const name of files.filter((each) => each.endsWith('.tsx'))) {
    const source = read(name)
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\/\/.*$/gm, '')
    expect(
      [...(source.match(BETWEEN_TAGS) ?? []), ...(source.match(SPOKEN) ?? [])]
        .map((each) => each.trim())
        .filter(Boolean),
      name,
    ).toEqual([])
  }
})

test('every text a component asks for by name is in the catalogue', () => {
  for (const name of files)
    for (const [, id] of read(name).matchAll(/\bt\('([^']+)'/g)) expect(ids.has(id!), `${name}: ${id}`).toBe(true)
})

test('every choice between two texts is in the catalogue', () => {
  for (const name of files)
    for (const [, yes, no] of read(name).matchAll(/\bt\([^'()]+\? '([^']+)' : '([^']+)'/g))
      expect(
        [yes, no].every((id) => ids.has(id!)),
        `${name}: ${yes} ${no}`,
      ).toBe(true)
})

const CODES: Record<string, string[]> = {
  status:
    'REPORTED LOCATED UNDER_CARE AWAITING_EVAC IN_TRANSIT AT_FACILITY DISPOSED MISSING DECEASED DUPLICATE CANCELLED'.split(
      ' ',
    ),
  lane: 'reported assigned en_route handed_over closed'.split(' '),
  category: 'URGENT_SURGICAL URGENT PRIORITY ROUTINE CONVENIENCE EXPECTANT DEAD'.split(' '),
  triage: 'T1 T2 T3 T4 DEAD'.split(' '),
  verdict:
    'MET BREACH_POSSIBLE BREACH_CERTAIN ENDED_BY_DEATH EXCLUDED NO_START MET_PREDICTED BREACH_POSSIBLE_PREDICTED BREACH_CERTAIN_PREDICTED'.split(
      ' ',
    ),
  flag: 'gap conflict late unknown_field confirm_position surplus base_assumed'.split(' '),
  source: 'medic voice sms cot import sensor derived simulation'.split(' '),
  channel: 'VOICE SMS APP COT EMAIL'.split(' '),
  alert_status: 'OPEN ACKNOWLEDGED ESCALATED CANCELLED'.split(' '),
  leg: 'PLANNED NOTIFIED CREW_READY LAUNCHED ON_SCENE PATIENT_LOADED DEPARTED ARRIVED HANDED_OVER RTB AVAILABLE ABORTED DIVERTED'.split(
    ' ',
  ),
  request_status:
    'DRAFT SUBMITTED VALIDATED AUTHORISED DENIED REDIRECTED TASKED EXECUTING COMPLETED HOLD CANCELLED SUPERSEDED'.split(
      ' ',
    ),
  kind: 'CASEVAC MEDEVAC_EMERG MEDEVAC_NONEMERG TRANSFER REPATRIATION'.split(' '),
  incident:
    'IED IDF AMBUSH SAF COMPLEX MINE_UXO RTA AIRCRAFT DROWNING BURN CBRN ILLNESS COLLAPSE_HEAT ANIMAL PSYCH OTHER'.split(
      ' ',
    ),
  affiliation:
    'UN_MIL UN_POL_IPO UN_POL_FPU UN_CIV_INTL UN_CIV_NATL UNV CONTRACTOR AFP_STAFF HOST_FORCES HOST_CIV DETAINEE OTHER UNKNOWN'.split(
      ' ',
    ),
  asset_kind: 'HELI FIXED AMBULANCE APC_AMB BOAT FOOT'.split(' '),
  asset_state: 'AVAILABLE ALERTED COMMITTED RETURNING WEATHER_HOLD CREW_REST UNSERVICEABLE UNKNOWN'.split(' '),
  facility_status: 'NORMAL COMPROMISED FULL EVACUATING CLOSED NO_RESPONSE'.split(' '),
  module:
    'FIRST_AID RESUS AMET DCR_BLOOD SURGERY ICU_VENT XRAY CT LAB ISOLATION ORTHO GYNAE INT_MED DENTAL PSYCH TELEMED HLS_DAY HLS_NIGHT EVAC_DAY EVAC_NIGHT'.split(
      ' ',
    ),
  milestone: Array.from({ length: 18 }, (_, index) => `M${index}`),
  precision: 'EXACT MINUTE PLUS_MINUS HOUR DAY WEEK MONTH ESTIMATED UNKNOWN'.split(' '),
  role: 'medic clinician casevac_cell commander force_medical_officer epidemiologist counsellor mission_hq unhq_medical tcc_medical registrar system_client administrator auditor psychiatrist mtf_chief duty_officer chief_medical_officer mission_support air_operations personnel_focal_point reporter laboratory config_editor person peer conduct_focal telemedicine_coordinator member_state_focal'.split(
    ' ',
  ),
  error:
    'command.invalid command.unknown_type command.too_large access.denied access.login_failed access.too_many_attempts access.signed_out access.csrf casualty.already_handed_over casualty.dialect_required casualty.value_out_of_range casualty.not_found casualty.incident_closed casualty.unaccounted casualty.already_acknowledged casualty.order_of_states casualty.exercise_mixed casualty.closed casualty.reason_required casualty.decision_not_allowed exchange.malformed storage_full store.read_only kernel.unknown'.split(
      ' ',
    ),
}

test.each(Object.entries(CODES))('every code of %s has its words', (group, codes) => {
  expect(codes.filter((code) => !ids.has(`${group}.${code}`))).toEqual([])
})

/** What is in the page from the start; the rest comes with its own texts. */
const FIRST = /^field\/(care\/fold|[^/]+)\.tsx?$/
const LATER = /^field\/(OutboxScreen|further)\./

test('every text of the phone is among those that the phone loads', () => {
  for (const name of files.filter((each) => each.startsWith('field/'))) {
    const isFirst = FIRST.test(name) && !LATER.test(name)
    for (const [id] of read(name).matchAll(/(?<=['"`])[a-z_]+\.[\w.]+(?=['"`])/g))
      if (ids.has(id))
        expect(ON_THE_PHONE.test(id) || (!isFirst && FURTHER_ON_THE_PHONE.test(id)), `${name}: ${id}`).toBe(true)
  }
})

test('the desk asks for nothing that only a phone says', () => {
  for (const name of files.filter((each) => !each.startsWith('field/')))
    for (const [id] of read(name).matchAll(/(?<=['"`])(medic|field)\.[\w.]+/g)) expect(PHONE_ONLY.test(id), `${name}: ${id}`).toBe(false)
})
