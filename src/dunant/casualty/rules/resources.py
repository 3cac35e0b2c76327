"""Rules of assets and facilities: registered by somebody, reported by anybody who knows, heard of through a track."""

from collections.abc import Iterator

from msgspec.structs import asdict

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.model import Asset, Facility
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts


def register_asset(asked: c.RegisterAsset, known: Facts, context: Context) -> Iterator[Fact]:
    yield Fact(
        subject=asked.asset,
        body=e.AssetRegistered(
            callsign=asked.callsign,
            kind=asked.kind,
            litters=asked.litters,
            seats=asked.seats,
            ntm_day_min=asked.ntm_day_min,
            ntm_night_min=asked.ntm_night_min,
            night_capable=asked.night_capable,
            cruise_km_h=asked.cruise_km_h,
            caveats=asked.caveats,
            exercise=asked.exercise or context.exercise,
            hoist=asked.hoist,
            ifr=asked.ifr,
            nvg=asked.nvg,
            amet=asked.amet,
            range_km=asked.range_km,
            armed_escort_needed=asked.armed_escort_needed,
            clearance_lead_min=asked.clearance_lead_min,
            phone=asked.phone,
        ),
    )


def report_asset(asked: c.ReportAsset, known: Facts, context: Context) -> Iterator[Fact]:
    asset = Asset(known)
    if not asset.registered:
        raise NotFound(field="asset", rule="exists")
    body = e.AssetStatusReported(state=asked.state)
    yield Fact(subject=asked.asset, body=body, base=context.seen(asset.state))


def report_asset_position(asked: c.ReportAssetPosition, known: Facts, context: Context) -> Iterator[Fact]:
    """Take a position; one that says again what is known is no fact.

    An asset nobody has registered gets the little that its track says about it.
    """
    known_at = Asset(known).position
    if known_at and known_at.header.at == context.at and getattr(known_at.body, "position", None) == asked.position:
        return
    yield Fact(subject=asked.asset, body=e.AssetPositionReported(position=asked.position))
    if not Asset(known).registered and asked.kind:
        body = e.AssetRegistered(callsign=asked.callsign, kind=asked.kind, exercise=context.exercise)
        yield Fact(subject=asked.asset, body=body)


def register_facility(asked: c.RegisterFacility, known: Facts, context: Context) -> Iterator[Fact]:
    yield Fact(
        subject=asked.facility,
        body=e.FacilityRegistered(
            name=asked.name,
            level=asked.level,
            position=asked.position,
            modules=asked.modules,
            exercise=asked.exercise or context.exercise,
            hlz=e.LandingZone(**asdict(asked.hlz)) if asked.hlz else None,
            hours=asked.hours,
            accepts=asked.accepts,
            phone=asked.phone,
            external=asked.external,
        ),
    )


def report_facility(asked: c.ReportFacility, known: Facts, context: Context) -> Iterator[Fact]:
    facility = Facility(known)
    if not facility.registered:
        raise NotFound(field="facility", rule="exists")
    body = e.FacilityStatusReported(status=asked.status, modules=asked.modules, mci=asked.mci, divert=asked.divert)
    yield Fact(subject=asked.facility, body=body, base=context.seen(facility.status))


RULES: Rules = {
    c.RegisterAsset: register_asset,
    c.ReportAsset: report_asset,
    c.ReportAssetPosition: report_asset_position,
    c.RegisterFacility: register_facility,
    c.ReportFacility: report_facility,
}
