"""Why a patient is referred: for those who treat and for the medical officers who validate, and for nobody else."""

from collections.abc import Sequence

from dunant.casualty import events as e
from dunant.casualty.model import Request
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View


def referrals() -> View:
    """One row for each request of which somebody has stated the medical reason."""

    def rows(facts: Facts) -> Sequence[Row]:
        last = facts.last(e.ClinicalReferralRecorded)
        if last is None:
            return []
        stated = sorted(facts.of(e.ClinicalReferralRecorded), key=lambda event: event.header.h)
        request = Request(facts)
        receiving = request.referral.get("receiving")
        return [
            {
                "subject": facts.subject,
                "casualties": request.casualties,
                "diagnosis_class": _newest(stated, "diagnosis_class"),
                "reason": _newest(stated, "reason"),
                "at": moment_of(last),
                "author": last.header.by.user,
                "treating": [receiving] if receiving else [],
            }
        ]

    return View(
        name="referrals",
        version=1,
        resource="clinical",
        rows={"request": rows},
        order=("at",),
        descending=True,
        columns=(
            Column(name="subject", key=True, group="summary"),
            Column(name="casualties", type="json", group="summary"),
            Column(name="diagnosis_class", group="summary"),
            Column(name="reason", group="summary"),
            Column(name="at", group="summary"),
            Column(name="author", group="summary"),
            Column(name="treating", type="json", group="summary"),
        ),
    )


def _newest(stated: Sequence[object], name: str) -> object:
    said = [value for event in stated if (value := getattr(getattr(event, "body", None), name)) is not None]
    return said[-1] if said else None
