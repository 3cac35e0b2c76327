"""Pages: every row once, the same page not sent twice, and nothing to be found by filters or forged marks."""

from dunant.casualty import commands as c
from tests.builders import a_subject, as_author
from tests.web.house import House


def test_rows_that_stay_are_seen_once_while_others_come_and_go(fresh_house: House) -> None:
    cell = fresh_house.person("casevac_cell")
    first = [a_subject() for _ in range(25)]
    fresh_house.happened(as_author(), *(c.ReportCasualty(casualty=subject) for subject in first))
    found, after = [], None
    for turn in range(20):
        page = cell.view("board", limit=4, **({"after": after} if after else {})).json()
        found += [row["subject"] for row in page["rows"]]
        fresh_house.happened(as_author(), c.ReportCasualty(casualty=a_subject()))
        after = page["next"]
        if after is None:
            break
        assert len(page["rows"]) == 4, turn
    assert sorted(found) == sorted(set(found))
    assert set(first) <= set(found)


def test_a_mark_of_another_listing_or_a_changed_one_is_refused(fresh_house: House) -> None:
    cell = fresh_house.person("casevac_cell")
    fresh_house.happened(as_author(), *(c.ReportCasualty(casualty=a_subject()) for _ in range(3)))
    mark = cell.view("board", limit=1).json()["next"]
    other = "B" if mark[20] == "A" else "A"
    assert cell.view("board", limit=1, after=mark).status_code == 200
    assert cell.view("board", limit=1, after=mark[:20] + other + mark[21:]).status_code == 422
    assert cell.view("incidents", limit=1, after=mark).status_code == 422
    assert cell.view("board", limit=1, after=mark, exercise="false").status_code == 422


def test_a_page_that_is_the_same_is_not_sent_again(fresh_house: House) -> None:
    cell = fresh_house.person("casevac_cell")
    tag = cell.view("board").headers["etag"]
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        answer = cell.get("/api/v1/views/board", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    fresh_house.happened(as_author(), c.ReportCasualty(casualty=a_subject()))
    assert cell.get("/api/v1/views/board", headers={"If-None-Match": tag}).status_code == 200


def test_filters_find_what_they_name(fresh_house: House) -> None:
    cell, incident, inside = fresh_house.person("casevac_cell"), a_subject(), a_subject()
    fresh_house.happened(
        as_author(),
        c.OpenIncident(incident=incident, type="IED"),
        c.ReportCasualty(casualty=inside, incident=incident),
        c.ReportCasualty(casualty=a_subject()),
    )
    assert [row["subject"] for row in cell.view("board", incident=incident).json()["rows"]] == [inside]
    assert cell.view("board", status="MISSING").json()["rows"] == []


def test_one_look_is_one_audit_entry_and_the_board_is_none(fresh_house: House) -> None:
    cell, subjects = fresh_house.person("casevac_cell"), [a_subject() for _ in range(3)]
    for subject in subjects:
        fresh_house.happened(as_author(), c.ReportCasualty(casualty=subject), c.ReportMist(casualty=subject, signs="x"))
    cell.view("board")
    cell.view("mists")
    cell.view("timeline", subject=subjects[0])
    read = [e.body for e in fresh_house.events("audit") if e.header.t == "audit.records_read"]
    assert [(b.view, sorted(b.subjects)) for b in read] == [  # type: ignore[union-attr]
        ("mists", sorted(subjects)),
        ("timeline", [subjects[0]]),
    ]
    before = len(fresh_house.events("casualty"))
    assert len(cell.view("timeline", subject=subjects[0]).json()["rows"]) == 2
    assert len(fresh_house.events("casualty")) == before
