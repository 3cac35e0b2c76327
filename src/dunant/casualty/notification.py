"""The notification pack: what closes the next-of-kin gate, what a hold covers and for whom it does not (casualty §15).

The message text of a NOTICAS is made here too, from what is known when it is shown; it is never stored.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from dunant.kernel.gate import SCOPES, Cover
from dunant.kernel.policy import Pack, Sourced, repeated, unknown

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
Scope = Literal["NAME", "PHOTO", "NATIONALITY_UNIT", "ALL"]


class HoldRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a hold lasts after the next of kin are confirmed to have been told, in hours.

    `shortest_word`: letters below which a name or number is not looked for in texts, or it would be found everywhere.
    """

    hours: float
    shortest_word: int


class TriggerRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`by`: a reaction places the hold with the FACT, or a person does by HAND."""

    code: str
    scope: Scope
    by: Literal["FACT", "HAND"]


class OpenTo(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role that a hold does not stop; roles that extend it are meant too."""

    role: str
    because: Literal["TREATMENT", "NOTIFICATION"]


class CoverRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    field: str
    scope: Scope
    how: Literal["WITHHOLD", "HEAD"]


class IdentityRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`never_out`: does not go to another system, held or not."""

    kind: str
    scope: Scope
    never_out: bool = False


class StepRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is informed with a step unless its author names somebody else."""

    state: str
    informs: tuple[str, ...]


class RecipientRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may be named as informed; `exercise`: in an exercise, and only there."""

    role: str
    exercise: bool = False


class WordRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word or sentence of the message in each language."""

    code: str
    en: str
    fr: str
    es: str
    ar: str
    ru: str
    zh: str


class NotificationPack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    hold: HoldRow
    trigger: tuple[TriggerRow, ...]
    open_to: tuple[OpenTo, ...]
    cover: tuple[CoverRow, ...]
    identity: tuple[IdentityRow, ...]
    step: tuple[StepRow, ...]
    recipient: tuple[RecipientRow, ...]
    word: tuple[WordRow, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("trigger", (row.code for row in self.trigger))
        yield from repeated("open_to", (row.role for row in self.open_to))
        yield from repeated("cover", (row.field for row in self.cover))
        yield from repeated("identity", (row.kind for row in self.identity))
        yield from repeated("recipient", (row.role for row in self.recipient))
        yield from repeated("word", (row.code for row in self.word))
        named = [role for row in self.step for role in row.informs]
        yield from unknown("step.informs", named, (row.role for row in self.recipient))
        yield from unknown("cover.scope", (row.scope for row in self.cover), SCOPES)

    @property
    def triggers(self) -> Mapping[str, TriggerRow]:
        return {row.code: row for row in self.trigger}

    @property
    def covers(self) -> Mapping[str, Cover]:
        """Field name → what a hold does to it."""
        return {row.field: Cover(scope=row.scope, how=row.how) for row in self.cover}

    @property
    def kinds(self) -> Mapping[str, str]:
        """Kind of identity → the scope that covers it."""
        return {row.kind: row.scope for row in self.identity}

    @property
    def words(self) -> Mapping[str, Mapping[str, str]]:
        """Language → code → words."""
        return {language: {row.code: getattr(row, language) for row in self.word} for language in LANGUAGES}

    def informed(self, state: str, exercise: bool) -> tuple[str, ...]:
        """Who is informed with this step if nobody is named; in an exercise only those who take part in it."""
        by_step = {row.state: row.informs for row in self.step}
        found = by_step.get(state, ())
        return self.may_inform(exercise) if exercise and found else found

    def may_inform(self, exercise: bool) -> tuple[str, ...]:
        return tuple(row.role for row in self.recipient if row.exercise == exercise)

    def notifying(self) -> tuple[str, ...]:
        """Roles of the notification chain."""
        return tuple(row.role for row in self.open_to if row.because == "NOTIFICATION")
