"""Numbers of the TAK protocol: which protobuf field is which attribute.

Source: atakmap.commoncommo.protobuf.v1 (takmessage, cotevent, detail and its parts), as in takproto 3.0.1.
"""

from __future__ import annotations

from typing import Literal

TAK_CONTROL, COT_EVENT = 1, 2
DETAIL, XML_DETAIL = 15, 1
# A number of ours, far from theirs: peers skip it. See `spelling`.
SHELL = 1900

EVENT_TEXTS = {1: "type", 2: "access", 3: "qos", 4: "opex", 5: "uid", 9: "how"}
EVENT_TIMES = {6: "time", 7: "start", 8: "stale"}
POINT = {10: "lat", 11: "lon", 12: "hae", 13: "ce", 14: "le"}
EVENT_ORDER = ("version", "uid", "type", "time", "start", "stale", "how", "access", "qos", "opex")

Kind = Literal["text", "integer", "double"]
PARTS: dict[int, tuple[str, dict[int, tuple[str, Kind]]]] = {
    2: ("contact", {1: ("endpoint", "text"), 2: ("callsign", "text")}),
    3: ("__group", {1: ("name", "text"), 2: ("role", "text")}),
    4: ("precisionlocation", {1: ("geopointsrc", "text"), 2: ("altsrc", "text")}),
    5: ("status", {1: ("battery", "integer")}),
    6: ("takv", {1: ("device", "text"), 2: ("platform", "text"), 3: ("os", "text"), 4: ("version", "text")}),
    7: ("track", {1: ("speed", "double"), 2: ("course", "double")}),
}
NUMBER_OF = {tag: number for number, (tag, _) in PARTS.items()}
