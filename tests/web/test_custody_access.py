"""Who reads the clinical record and the name of a casualty that changes hands: refusals first (interop §9.3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dunant.casualty import commands as c
from dunant.casualty.events import CustodyAccepted
from dunant.kernel.events import At, By, Fact
from dunant.kernel.ids import EventId, SubjectId
from dunant.store import Draft
from tests.builders import a_subject, new_id
from tests.fakes import NOON
from tests.web.house import House, Person

HERE, THERE = a_subject(880_001), a_subject(880_002)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("custody")
    with House(folder) as opened:
        yield opened


class Cast:
    """A medic with a casualty, and two hospitals."""

    def __init__(self, house: House, number: int) -> None:
        self.casualty: SubjectId = a_subject(881_000 + number)
        self.medic = house.person("medic", unit="INDBATT")
        self.crew = house.person("medic", "crew", unit="AVIATION")
        self.here = house.person("clinician", "here", facility=HERE)
        self.there = house.person("clinician", "there", facility=THERE)
        self.does(self.medic, c.ReportCasualty(casualty=self.casualty), *self.words("first"))

    def words(self, said: str) -> list[c.ReportMist | c.AssertIdentity]:
        return [
            c.ReportMist(casualty=self.casualty, signs=said),
            c.AssertIdentity(casualty=self.casualty, kind="NAME", value=f"name by {said}"),
        ]

    def does(self, person: Person, *commands: object) -> None:
        outcomes = person.send(*commands)  # type: ignore[arg-type]
        assert [outcome["outcome"] for outcome in outcomes] == ["accepted"] * len(commands), outcomes

    def reads(self, person: Person) -> tuple[list[str], list[str]]:
        """Signs, and names as told by whom, that this person sees of the casualty."""
        mists = [row for row in person.view("mists", limit=1000).json()["rows"] if row["subject"] == self.casualty]
        names = [row for row in person.view("identities", limit=1000).json()["rows"] if row["subject"] == self.casualty]
        told = person.view("timeline", subject=self.casualty).json()["rows"]
        # What the timeline tells is what the views tell.
        assert len([row for row in told if row["t"] == "casualty.mist_reported"]) == len(mists)
        assert len([row for row in told if row["t"] == "casualty.identity_asserted"]) == len(names)
        return sorted(row["signs"] for row in mists), sorted(row["value"].removeprefix("name by ") for row in names)


def test_no_clinician_reads_a_casualty_that_has_nothing_to_do_with_his_house(house: House) -> None:
    cast = Cast(house, 1)
    assert cast.reads(cast.here) == ([], [])
    assert cast.reads(cast.there) == ([], [])
    assert cast.reads(cast.medic) == (["first"], ["first"])


def test_the_treating_facility_reads_record_and_name_and_another_does_not(house: House) -> None:
    cast = Cast(house, 2)
    cast.does(cast.medic, c.OfferCustody(casualty=cast.casualty, nonce="offer-0002", mode="VOICE"))
    assert cast.reads(cast.here) == ([], [])
    cast.does(cast.here, c.AcceptCustody(casualty=cast.casualty, nonce="offer-0002", mode="VOICE"))
    assert cast.reads(cast.here) == (["first"], ["first"])
    assert cast.reads(cast.there) == ([], [])


def test_a_medic_keeps_what_he_wrote_and_sees_nothing_new_after_the_hand_over(house: House) -> None:
    cast = Cast(house, 3)
    cast.does(cast.here, c.AcceptCustody(casualty=cast.casualty, mode="VOICE"), *cast.words("second"))
    assert cast.reads(cast.here) == (["first", "second"], ["first", "second"])
    assert cast.reads(cast.medic) == (["first"], ["first"])


def test_whoever_holds_the_casualty_reads_what_others_wrote(house: House) -> None:
    cast = Cast(house, 4)
    assert cast.reads(cast.crew) == ([], [])
    cast.does(cast.crew, c.AcceptCustody(casualty=cast.casualty, mode="VOICE"))
    assert cast.reads(cast.crew) == (["first"], ["first"])


def test_the_house_a_casualty_is_being_brought_to_gets_ready_from_the_loading_on(house: House) -> None:
    cast, leg = Cast(house, 5), a_subject(882_005)
    cell = house.person("casevac_cell")
    cast.does(cell, c.PlanLeg(leg=leg, casualties=(cast.casualty,), destination=THERE))
    assert cast.reads(cast.there) == ([], [])
    cast.does(cell, c.ReportLeg(leg=leg, state="PATIENT_LOADED"))
    assert cast.reads(cast.there) == (["first"], ["first"])
    assert cast.reads(cast.here) == ([], [])


def test_after_a_diversion_the_new_house_reads_and_the_old_one_does_not(house: House) -> None:
    cast, leg = Cast(house, 9), a_subject(882_009)
    cell = house.person("casevac_cell")
    cast.does(cell, c.PlanLeg(leg=leg, casualties=(cast.casualty,), destination=HERE))
    cast.does(cell, c.ReportLeg(leg=leg, state="PATIENT_LOADED"))
    assert cast.reads(cast.here) == (["first"], ["first"])
    cast.does(cell, c.DivertLeg(leg=leg, destination=THERE, reason="runway closed"))
    assert cast.reads(cast.here) == ([], [])
    assert cast.reads(cast.there) == (["first"], ["first"])


def test_a_house_that_has_treated_keeps_the_record_but_not_the_name_after_the_next_transport(house: House) -> None:
    cast, leg = Cast(house, 6), a_subject(882_006)
    cast.does(cast.here, c.AcceptCustody(casualty=cast.casualty, mode="VOICE"))
    cell = house.person("casevac_cell")
    cast.does(cell, c.PlanLeg(leg=leg, casualties=(cast.casualty,), destination=THERE))
    cast.does(cell, c.ReportLeg(leg=leg, state="DEPARTED"))
    assert cast.reads(cast.here) == (["first"], [])
    assert cast.reads(cast.there) == (["first"], ["first"])


def test_nobody_reads_by_accepting_in_another_houses_name(house: House) -> None:
    cast = Cast(house, 7)
    [outcome] = cast.there.send(c.AcceptCustody(casualty=cast.casualty, mode="VOICE", facility=HERE))
    assert (outcome["code"], outcome["params"]["rule"]) == ("command.invalid", "own_facility")
    assert cast.reads(cast.there) == ([], [])


def test_the_board_and_the_chain_say_who_holds(house: House) -> None:
    cast = Cast(house, 8)
    cast.does(cast.here, c.AcceptCustody(casualty=cast.casualty, mode="VOICE"))
    [row] = cast.medic.view("casualty", subject=cast.casualty).json()["rows"]
    assert (row["holder"], row["holder_facility"], row["custody"]) == (cast.here.me["user"], HERE, "PROVISIONAL")
    chain = cast.medic.view("custody", subject=cast.casualty).json()["rows"]
    assert [(link["state"], link["current"]) for link in chain] == [("REPORTED", False), ("ACCEPTED", True)]
    hq = house.person("mission_hq").view("casualty", subject=cast.casualty).json()["rows"][0]
    assert "holder" not in hq and "treating" not in hq


def test_a_request_whose_patients_were_taken_over_at_two_sites_is_marked_until_somebody_closes_it(house: House) -> None:
    cast, request = Cast(house, 10), a_subject(883_010)
    cell = house.person("casevac_cell")
    asked_for = c.RequestEvacuation(request=request, kind="CASEVAC", dialect="UN", casualties=(cast.casualty,))
    cast.does(cast.medic, asked_for)
    # Another site accepted the casualty and did not know of the request: only its fact arrives here.
    heard = Draft(
        id=EventId(new_id()),
        fact=Fact(subject=cast.casualty, body=CustodyAccepted(mode="VOICE", facility=HERE)),
        stream="casualty",
        label="R",
        at=At(t=NOON),
        rec=NOON,
        by=By(user=cast.here.me["user"], role="clinician"),
        dev="",
        src="medic",
        base=(),
    )
    house.site.commit.submit(lambda transaction: transaction.write(heard)).result(timeout=30)
    [row] = [row for row in cell.view("requests").json()["rows"] if row["subject"] == request]
    assert (row["status"], "delivered" in row["flags"]) == ("SUBMITTED", True)
