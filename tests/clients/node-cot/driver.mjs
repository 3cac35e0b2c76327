/** One request per line on the standard input, one answer per line: what this version of node-cot makes of a message. */
import { createInterface } from 'node:readline'
import * as cot from '@tak-ps/node-cot'

const { CoTParser } = cot
const Old = cot.default
const one = CoTParser
  ? {
      fromXml: (text) => CoTParser.from_xml(text),
      fromProto: (raw) => CoTParser.from_proto(raw),
      fromGeojson: (feature) => CoTParser.from_geojson(feature),
      toXml: (message) => CoTParser.to_xml(message),
      toProto: (message) => CoTParser.to_proto(message),
      toGeojson: (message) => CoTParser.to_geojson(message),
    }
  : {
      fromXml: (text) => new Old(text),
      fromProto: (raw) => Old.from_proto(raw),
      fromGeojson: (feature) => Old.from_geojson(feature),
      toXml: (message) => message.to_xml(),
      toProto: (message) => message.to_proto(),
      toGeojson: (message) => message.to_geojson(),
    }

const work = {
  xml_to_proto: async (data) => Buffer.from(await one.toProto(await one.fromXml(data))).toString('base64'),
  proto_to_xml: async (data) => one.toXml(await one.fromProto(Buffer.from(data, 'base64'))),
  xml_to_xml: async (data) => one.toXml(await one.fromXml(data)),
  xml_to_geojson: async (data) => JSON.stringify(await one.toGeojson(await one.fromXml(data))),
  geojson_to_xml: async (data) => one.toXml(await one.fromGeojson(JSON.parse(data))),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, data } = JSON.parse(line)
  const answer = await work[ask](data).then(
    (made) => ({ data: made }),
    (failure) => ({ failed: String(failure) }),
  )
  console.log(JSON.stringify(answer))
}
