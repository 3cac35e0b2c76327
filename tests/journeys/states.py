"""Every designed state of the operations screen, reached as it comes about, and the other screens."""

from collections.abc import Callable
from functools import partial
from typing import Any

from playwright.sync_api import Route

from dunant.casualty import commands as c
from tests.builders import a_subject
from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.desk import LOST_LINK, Desk
from tests.journeys.mission import Mission
from tests.journeys.people import with_person
from tests.journeys.site_status import Answers

BOARD = "**/api/v1/views/board?*"
Enter = Callable[..., Desk]


def _plain(minute: str, missions: Missions) -> Mission:
    return missions.shared(minute, lambda: missions.at(minute))


def _empty(missions: Missions) -> Mission:
    def make() -> Mission:
        mission = missions.at("05:30")
        mission.tell(c.OpenIncident(incident=a_subject(), type="IED", exercise=True, estimate=0), "duty_officer@HQ")
        return mission

    return missions.shared("empty", make)


def _partial(missions: Missions) -> Mission:
    def make() -> Mission:
        mission = missions.at("19:30")
        mission.hear_from("BOR", missions.folder("bor"))
        mission.play("20:00")
        return mission

    return missions.shared("partial", make)


def _closed(missions: Missions) -> Mission:
    def make() -> Mission:
        mission = missions.at("20:00")
        mission.close_incidents()
        return mission

    return missions.shared("closed", make)


def _hold(route: Route) -> None:
    """Never answered: the line is thin."""


def _break(route: Route) -> None:
    problem = '{"type":"about:blank","title":"","status":500,"code":"kernel.unknown","params":{},"correlation":"0"}'
    route.fulfill(status=500, content_type="application/problem+json", body=problem)


def _ready(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    return desk(_plain("20:00", missions), **window).open().is_in("ready").choose("X-4K005-V")


def _first_use(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    return desk(_plain("05:30", missions), **window).open().is_in("first_use")


def _is_empty(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    return desk(_empty(missions), **window).open().is_in("empty")


def _loading(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    here = desk(_plain("20:00", missions), **window)
    here.page.route(BOARD, _hold)
    return here.open().is_in("loading")


def _is_partial(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    return desk(_partial(missions), **window).open().is_in("partial")


def _offline(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    here = desk(_plain("20:00", missions), **window).open().is_in("ready").choose("X-4K007-Q")
    here.ear.expect(*LOST_LINK, r"^503 ")
    here.page.route("**/api/v1/commands", lambda route: route.abort("connectionrefused"))
    here.page.route("**/api/v1/live", lambda route: route.abort("connectionrefused"))
    here.page.route("**/api/v1/views/*", lambda route: route.abort("connectionrefused"))
    here.page.get_by_role("radio", name=here.say("triage.T1")).click(force=True)
    return here.is_in("offline_queue")


def _conflict(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    return desk(_plain("20:28", missions), **window).open().is_in("conflict").choose("X-4K007-Q")


def _denied(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    here = desk(_plain("20:00", missions), "epi", **window)
    here.ear.expect(r"^403 ", "status of 403")
    return here.open().is_in("denied")


def _error(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    here = desk(_plain("20:00", missions), **window)
    here.ear.expect(r"^500 ", "status of 500")
    here.page.route(BOARD, _break)
    return here.open().is_in("error")


def _read_only(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    return desk(_closed(missions), **window).open().is_in("read_only").choose("X-4K005-V")


STATES: dict[str, Enter] = {
    "ready": _ready,
    "first_use": _first_use,
    "loading": _loading,
    "empty": _is_empty,
    "partial": _is_partial,
    "offline_queue": _offline,
    "conflict": _conflict,
    "denied": _denied,
    "error": _error,
    "read_only": _read_only,
}


def _door(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    here = desk(_plain("20:28", missions), None, **window).open()
    here.page.locator("main.door[data-state=ready]").wait_for()
    return here


def _place(path: str, missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    return desk(_plain("20:28", missions), **window).open(path).is_in("ready", "conflict")


def _inbox(tab: str, missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    here = desk(_plain("20:28", missions), **window).open(f"/desk/conflicts?tab={tab}")
    here.page.locator(f'[data-tab="{tab}"][aria-selected="true"]').wait_for()
    return here.is_in("ready", "empty")


def _site(missions: Missions, desk: OpenDesk, *, up: bool = True, **window: Any) -> Desk:
    mission = _plain("20:28", missions)
    here = desk(mission, with_person(mission, "administrator"), **window)
    answers = Answers(here.page)
    if not up:
        answers.cut()
    return here.open("/desk/site").is_in("ready" if up else "partial")


def _assign(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    here = desk(_plain("20:28", missions), **window).open().is_in("conflict").choose("X-4K00C-D")
    here.button("assign.open").click()
    here.page.get_by_role("dialog").wait_for()
    return here


def _keys(missions: Missions, desk: OpenDesk, **window: Any) -> Desk:
    here = desk(_plain("20:28", missions), **window).open().is_in("conflict")
    here.page.keyboard.press("?")
    here.page.get_by_role("dialog").wait_for()
    return here


SCREENS: dict[str, Enter] = {
    "door": _door,
    "alerts": partial(_place, "/desk/alerts"),
    "means": partial(_place, "/desk/facilities"),
    "conflicts": partial(_place, "/desk/conflicts"),
    "duplicates": partial(_inbox, "duplicates"),
    "tray": partial(_inbox, "tray"),
    "rejected": partial(_inbox, "rejected"),
    "site": _site,
    "site_cut": partial(_site, up=False),
    "assign": _assign,
    "keys": _keys,
}
