"""Who belongs, and what follows: guards, a fold that no order changes, and what each site may hold, write and carry."""

import itertools
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.kernel.access import Actor
from dunant.kernel.deciding import Context
from dunant.kernel.errors import DunantError, Invalid, NotFound
from dunant.kernel.events import At, Body, By, Command, Event, Header, canonical
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId, UserId
from dunant.services.policies import load_policies
from dunant.sites import Here, Site, site_rules, site_subject, site_views
from dunant.sites import commands as c
from dunant.sites import events as e
from dunant.sites.errors import NotTheAuthority, OrderOfSiteStates, RequestInvalid, TokenExpired, TokenUsed
from dunant.sync.trust import SiteTrust, Trust
from tests.fakes import NOON

POLICIES = load_policies("mission_demo.toml")
HERE = Here(site="MHQ", authority="MHQ", mission="DEMO", streams=("alert", "casualty", "clinical", "config"))
FIELD, MHQ = site_subject("DEMO", "FIELD"), site_subject("DEMO", "MHQ")
KEYS: dict[str, Any] = {"sign_key": "11" * 32, "seal_key": "22" * 32, "tls": "33" * 32}
TOKEN = "44" * 32
INVITE = c.InviteSite(
    site=FIELD, code="FIELD", roles=("field",), token_hash=TOKEN, expires=NOON + timedelta(minutes=15)
)
ENROL = c.EnrolSite(site=FIELD, code="FIELD", address="https://field", token_hash=TOKEN, **KEYS)
REVOKE = c.RevokeSite(site=FIELD, cutoffs=(("e1", "casualty", 5),), reason="lost")


def no_rows(view: str, **equal: Any) -> list[dict[str, Any]]:
    return []


class Log:
    """Facts of sites as they are decided one after the other, at one site."""

    def __init__(self, here: Here = HERE) -> None:
        self.here = here
        self.events: list[Event] = []
        self.minutes = 0

    def facts(self, subject: SubjectId) -> Facts:
        return Facts(subject, [event for event in self.events if event.header.s == subject])

    def do(self, *commands: Command) -> None:
        for command in commands:
            context: Any = Context(
                command=EventId(f"c{len(self.events)}"),
                actor=Actor(user=UserId("u"), role="administrator"),
                at=At(t=NOON),
                rec=NOON + timedelta(minutes=self.minutes),
                source="",
                base=None,
                exercise=True,
                known=self.facts,
                tag=lambda _exercise: None,  # type: ignore[arg-type,return-value]
                rows=no_rows,
                may=lambda _action: True,
                pack=POLICIES.pack,
            )
            facts = list(site_rules(self.here)[type(command)](command, self.facts(command.subject()), context))
            for fact in facts:
                self.write(fact.subject, fact.body, self.here.site, fact.base or ())

    def write(self, subject: SubjectId, body: Body, origin: str, base: tuple[EventId, ...] = ()) -> Event:
        n = len(self.events) + 1
        header = Header(
            o=origin, e="e0", st=body.STREAM, q=n, id=EventId(f"{origin}-{n:04}"), h=f"{n:016x}", at=At(t=NOON),
            rec=NOON, by=By(user="u", role="administrator"), t=body.TYPE, v=1, s=subject, m="DEMO", base=base,
        )  # fmt: skip
        self.events.append(Event(header, body))
        return self.events[-1]

    def site(self, subject: SubjectId = FIELD) -> Site:
        return Site(self.facts(subject), self.here.authority)


@pytest.fixture
def log() -> Log:
    made = Log()
    made.do(c.EnrolSite(site=MHQ, code="MHQ", roles=("mission_hq",), **KEYS))
    return made


def test_a_site_is_invited_taken_in_suspended_resumed_and_sent_away(log: Log) -> None:
    seen = []
    for command in (
        INVITE,
        ENROL,
        c.SuspendSite(site=FIELD, reason="full"),
        c.ResumeSite(site=FIELD),
        REVOKE,
    ):
        log.do(command)
        seen.append(log.site().status)
    assert seen == ["INVITED", "ACTIVE", "SUSPENDED", "ACTIVE", "REVOKED"]
    assert log.site().roles == ("field",)
    assert log.site().cutoffs == {("e1", "casualty"): 5}


STEPS: dict[str, tuple[list[Command], Command, type[DunantError]]] = {
    "invited twice is well, after that it is not": ([INVITE, ENROL], INVITE, OrderOfSiteStates),
    "an unknown site is not suspended": ([], c.SuspendSite(site=FIELD, reason="x"), NotFound),
    "an invited one neither": ([INVITE], c.SuspendSite(site=FIELD, reason="x"), OrderOfSiteStates),
    "an active one is not resumed": ([INVITE, ENROL], c.ResumeSite(site=FIELD), OrderOfSiteStates),
    "who is revoked is not resumed": ([INVITE, ENROL, REVOKE], c.ResumeSite(site=FIELD), OrderOfSiteStates),
    "nor revoked again": ([INVITE, ENROL, REVOKE], REVOKE, OrderOfSiteStates),
    "nor invited": ([INVITE, ENROL, REVOKE], INVITE, OrderOfSiteStates),
    "who is retired gets no keys": (
        [INVITE, ENROL, c.RetireSite(site=FIELD)],
        c.RotateSiteKey(site=FIELD, sign_key="55" * 32),
        OrderOfSiteStates,
    ),
    "nobody without an invitation": ([], ENROL, RequestInvalid),
    "a token is good once": ([INVITE, ENROL], ENROL, TokenUsed),
    "no new keys that are none": ([INVITE, ENROL], c.RotateSiteKey(site=FIELD), Invalid),
    "no stream that is none": ([INVITE, ENROL], c.GrantStream(site=FIELD, stream="x"), Invalid),
    "nothing withdrawn that was not granted": (
        [INVITE, ENROL],
        c.WithdrawStream(site=FIELD, stream="clinical"),
        OrderOfSiteStates,
    ),
    "no fork closed that is none": (
        [INVITE, ENROL],
        c.CloseFork(site=FIELD, e="e1", st="casualty", q=1, head="66" * 32, reason="x"),
        NotFound,
    ),
    "the authority stays": ([], c.RevokeSite(site=MHQ, reason="x"), OrderOfSiteStates),
    "the authority is not suspended": ([], c.SuspendSite(site=MHQ, reason="x"), OrderOfSiteStates),
    "an id of another code": (
        [],
        c.InviteSite(site=FIELD, code="BETA", token_hash=TOKEN, expires=INVITE.expires),
        Invalid,
    ),
    "an invitation that has ended": (
        [],
        c.InviteSite(site=FIELD, code="FIELD", token_hash=TOKEN, expires=NOON),
        Invalid,
    ),
}


@pytest.mark.parametrize(("before", "command", "refusal"), STEPS.values(), ids=STEPS)
def test_what_cannot_follow_is_refused(
    log: Log, before: list[Command], command: Command, refusal: type[DunantError]
) -> None:
    log.do(*before)
    held = len(log.events)
    with pytest.raises(refusal):
        log.do(command)
    assert len(log.events) == held


def test_a_token_ends(log: Log) -> None:
    log.do(INVITE)
    log.minutes = 15
    with pytest.raises(TokenExpired):
        log.do(ENROL)


@pytest.mark.parametrize("here", [("FIELD", "MHQ"), ("MHQ", "")])
def test_only_the_authority_says_who_belongs(here: tuple[str, str]) -> None:
    elsewhere = Log(Here(site=here[0], authority=here[1], mission="DEMO", streams=HERE.streams))
    for command in (INVITE, ENROL, REVOKE, c.ResumeSite(site=FIELD)):
        with pytest.raises(NotTheAuthority):
            elsewhere.do(command)


def test_what_another_site_says_about_sites_is_not_believed(log: Log) -> None:
    log.do(INVITE, ENROL)
    log.write(FIELD, e.SiteRevoked(reason="lies"), "FIELD")
    log.write(FIELD, e.SiteKeyRotated(sign_key="99" * 32), "FIELD")
    log.write(FIELD, e.SiteRevokedNotice(site="FIELD"), "OTHER")
    log.write(FIELD, e.StreamGranted(stream="clinical"), "FIELD")
    site = log.site()
    assert (site.status, site.sign_keys, site.streams, site.cutoffs) == ("ACTIVE", (KEYS["sign_key"],), (), {})


def test_the_notice_alone_sends_a_site_away(log: Log) -> None:
    log.do(INVITE, ENROL, REVOKE)
    log.events = [event for event in log.events if not isinstance(event.body, e.SiteRevoked)]
    assert (log.site().status, log.site().cutoffs) == ("REVOKED", {("e1", "casualty"): 5})


def test_alarms_are_raised_anywhere_and_a_fork_once(log: Log) -> None:
    fork = c.RaiseForkAlarm(site=FIELD, o="FIELD", e="e1", st="casualty", q=4, ours="aa", theirs="bb")
    elsewhere = Log(Here(site="ALPHA", authority="MHQ", mission="DEMO"))
    elsewhere.do(fork, fork, c.RaiseClockAlarm(site=FIELD, code="FIELD", diff_ms=-500_000))
    assert [type(event.body) for event in elsewhere.events] == [e.LogForkDetected, e.ClockSuspect]
    alarms = next(view for view in site_views("MHQ") if view.name == "sync_alarms")
    rows = alarms.rows["site"](elsewhere.facts(FIELD))
    assert sorted((row["kind"], row["site"], row["raised_by"]) for row in rows) == [
        ("clock", "FIELD", "ALPHA"), ("fork", "FIELD", "ALPHA"),
    ]  # fmt: skip


def test_a_fork_is_closed_once(log: Log) -> None:
    close = c.CloseFork(site=FIELD, e="e1", st="casualty", q=4, head="66" * 32, reason="the disk was restored")
    log.do(INVITE, ENROL, c.RaiseForkAlarm(site=FIELD, o="FIELD", e="e1", st="casualty", q=4, ours="aa", theirs="bb"))
    log.do(close)
    [closing] = log.site().closings
    assert (closing.e, closing.st, closing.q, closing.head) == ("e1", "casualty", 4, "66" * 32)
    with pytest.raises(OrderOfSiteStates):
        log.do(close)


def test_an_old_key_still_counts_and_the_new_one_is_shown(log: Log) -> None:
    log.do(INVITE, ENROL, c.RotateSiteKey(site=FIELD, sign_key="55" * 32))
    site = log.site()
    assert site.key("sign_key").value == "55" * 32
    assert site.key("tls").value == KEYS["tls"]
    assert site.sign_keys == (KEYS["sign_key"], "55" * 32)


def test_a_replaced_key_is_known_to_be_one_in_any_order(log: Log) -> None:
    log.do(INVITE, ENROL, *(c.RotateSiteKey(site=FIELD, sign_key=key * 32) for key in ("55", "66", "55")))
    rotated = [event.header.h for event in log.events if isinstance(event.body, e.SiteKeyRotated)]
    for events in itertools.permutations(log.events[1:]):
        site = Site(Facts(FIELD, list(events)), "MHQ")
        assert site.replaced("tls") == {}
        assert site.replaced("sign_key") == {KEYS["sign_key"]: rotated[0], "66" * 32: rotated[2]}


def test_the_authority_keeps_the_key_it_speaks_with(log: Log) -> None:
    log.do(c.RotateSiteKey(site=MHQ, tls="55" * 32))
    with pytest.raises(OrderOfSiteStates):
        log.do(c.RotateSiteKey(site=MHQ, sign_key="55" * 32))


def test_a_revocation_that_names_nothing_lets_count_what_the_authority_holds() -> None:
    log = Log(replace(HERE, held=lambda code: (("e1", "casualty", 9),) if code == "FIELD" else ()))
    log.do(INVITE, ENROL, c.RevokeSite(site=FIELD, reason="lost"))
    assert log.site().cutoffs == {("e1", "casualty"): 9}
    assert [event.body.cutoffs for event in log.events if isinstance(event.body, e.SiteRevokedNotice)] == [
        (("e1", "casualty", 9),)
    ]


@pytest.mark.parametrize("address", ["http://field", "field:8443", "https://a b", "https://", "https://a\n"])
def test_an_address_is_one_of_https(address: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(replace(ENROL, address=address)), c.EnrolSite)


BODIES: list[Body] = [
    e.SiteInvited(site="FIELD", roles=("field",), token_hash=TOKEN, expires=INVITE.expires),
    e.SiteEnrolled(site="FIELD", roles=("field",), **KEYS),
    e.SiteSuspended(reason="x"),
    e.SiteResumed(),
    e.SiteKeyRotated(sign_key="55" * 32),
    e.SiteKeyRotated(seal_key="77" * 32),
    e.StreamGranted(stream="clinical"),
    e.StreamWithdrawn(stream="clinical"),
    e.SiteRevoked(cutoffs=(("e1", "casualty", 5),), reason="x"),
    e.SiteRevokedNotice(site="FIELD", cutoffs=(("e1", "casualty", 3), ("e1", "alert", 9))),
    e.SiteRetired(),
    e.ForkClosed(o="FIELD", e="e1", st="casualty", q=4, head="66" * 32, reason="x"),
    e.ForkClosed(o="FIELD", e="e1", st="casualty", q=2, head="88" * 32, reason="x"),
    e.LogForkDetected(o="FIELD", e="e1", st="casualty", q=4, ours="aa", theirs="bb"),
]


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_order_of_arrival_changes_a_site(data: st.DataObject) -> None:
    written = Log()
    for body in data.draw(st.lists(st.sampled_from(BODIES), min_size=1, max_size=9)):
        held = [event.id for event in written.events]
        base = tuple(data.draw(st.lists(st.sampled_from(held), unique=True, max_size=3))) if held else ()
        written.write(FIELD, body, data.draw(st.sampled_from(["MHQ", "MHQ", "FIELD"])), base)
    arrived = data.draw(st.permutations(written.events))
    again = [*arrived, *data.draw(st.lists(st.sampled_from(written.events), max_size=3))]
    for view in site_views("MHQ"):
        rows = view.rows["site"]
        first, second = rows(Facts(FIELD, written.events)), rows(Facts(FIELD, again))
        assert sorted(map(repr, first)) == sorted(map(repr, second))


# ── what a site may do ──

SITES = {
    "MHQ": SiteTrust(code="MHQ", roles=("mission_hq", "casevac_cell")),
    "L2": SiteTrust(code="L2", roles=("receiving_facility",)),
    "POST": SiteTrust(code="POST", roles=("field",)),
    "GRANTED": SiteTrust(code="GRANTED", roles=("field",), streams=("clinical",)),
    "AWAY": SiteTrust(code="AWAY", state="SUSPENDED", roles=("mission_hq",)),
    "ASKED": SiteTrust(code="ASKED", state="INVITED"),
    "LOST": SiteTrust(code="LOST", state="REVOKED", cutoffs={("e1", "casualty"): 7}),
}
TRUST = Trust(SITES, "MHQ", POLICIES.streams, POLICIES.sites.satisfies)
HOLDS = {
    "MHQ": {"casualty", "alert", "config", "audit", "logistics.stock", "logistics.capacity"},
    "L2": {"casualty", "clinical", "alert", "config", "logistics.capacity"},
    "POST": {"alert", "config", "config.register", "logistics.capacity", "logistics.plan"},
    "GRANTED": {"clinical", "alert", "config"},
}


def test_a_site_holds_what_its_roles_and_grants_give() -> None:
    for code, streams in HOLDS.items():
        assert {stream for stream in streams if not TRUST.may_hold(code, stream)} == set(), code
    for code, stream in itertools.product(SITES, ("kit.a", "kit.b", "surveillance.case")):
        assert not TRUST.may_hold(code, stream), (code, stream)
    for code, stream in (("POST", "casualty"), ("POST", "clinical"), ("MHQ", "clinical"), ("L2", "audit")):
        assert not TRUST.may_hold(code, stream), (code, stream)
    for code in ("AWAY", "LOST", "NOBODY"):
        assert not TRUST.may_hold(code, "alert")


def test_every_site_writes_what_it_records_and_only_the_authority_the_configuration() -> None:
    assert TRUST.may_write("POST", "casualty") and TRUST.may_write("POST", "clinical")
    assert TRUST.may_write("MHQ", "config") and not TRUST.may_write("L2", "config")
    assert not TRUST.may_write("POST", "kit.b") and not TRUST.may_write("NOBODY", "casualty")


def test_a_carrier_brings_its_own_and_what_it_may_hold() -> None:
    assert TRUST.may_relay("POST", "POST", "clinical")
    assert not TRUST.may_relay("POST", "L2", "clinical")
    assert TRUST.refusal("POST", ("L2", "e1", "clinical"), "GRANTED") == "stream_not_authorised"
    assert TRUST.refusal("L2", ("L2", "e1", "clinical"), "GRANTED") is None
    assert TRUST.refusal("AWAY", ("L2", "e1", "casualty"), "MHQ") == "site_suspended"
    assert TRUST.refusal("LOST", ("L2", "e1", "casualty"), "MHQ") == "site_revoked"
    assert TRUST.refusal(None, ("NOBODY", "e1", "casualty"), "MHQ") == "site_unknown"


def test_a_cut_off_holds_for_who_is_revoked() -> None:
    assert TRUST.cutoff(("LOST", "e1", "casualty")) == 7
    assert TRUST.cutoff(("LOST", "e1", "alert")) == -1
    assert TRUST.cutoff(("POST", "e1", "casualty")) is None


def test_a_replaced_key_signs_until_its_end_and_no_longer() -> None:
    site = SiteTrust(code="L2", keys={"old": b"1", "new": b"2"}, ends={"old": "0000000000000010"})
    trust = Trust({"L2": site}, "MHQ", POLICIES.streams, {})
    assert trust.key("old", "0000000000000010") == ("L2", b"1") == trust.key("old")
    assert trust.key("old", "0000000000000011") is None
    assert trust.key("new", "ffffffffffffffff") == ("L2", b"2")
    assert trust.key("nobody's") is None


def test_a_caller_is_let_in_by_its_pin_or_one_that_was_replaced_lately() -> None:
    trust = Trust({**SITES, "L2": SiteTrust(code="L2", tls="new", tls_before=("old",))}, "MHQ", POLICIES.streams, {})
    assert (trust.door("L2", "new"), trust.door("L2", "old")) == (None, None)
    assert trust.door("L2", "older") == trust.door("NOBODY", "new") == "site_unknown"
    assert [trust.standing(code) for code in ("ASKED", "AWAY", "LOST")] == [
        "site_unknown", "site_suspended", "site_revoked",
    ]  # fmt: skip


def test_what_a_role_is_called_to_hold_is_a_word_of_the_registry() -> None:
    known = {word for stream in POLICIES.streams.stream for word in stream.recipients}
    assert {word for words in POLICIES.sites.satisfies.values() for word in words} <= known
    given_by_nobody = known - {word for words in POLICIES.sites.satisfies.values() for word in words}
    assert given_by_nobody == {"operational_sites", "mission_sites", "by_grant", "chosen"}


def test_a_revocation_of_many_logs_still_fits_among_alerts(log: Log) -> None:
    cutoffs = tuple((f"{epoch:08x}", "surveillance.aggregate", 2**53 - 1) for epoch in range(100))
    log.do(INVITE, ENROL, c.RevokeSite(site=FIELD, cutoffs=cutoffs, reason="lost" * 400))
    notices = [event.body for event in log.events if isinstance(event.body, e.SiteRevokedNotice)]
    assert all(len(canonical(notice)) <= 2048 for notice in notices)
    log.events = [event for event in log.events if not isinstance(event.body, e.SiteRevoked)]
    assert log.site().cutoffs == {(epoch, stream): q for epoch, stream, q in cutoffs}
