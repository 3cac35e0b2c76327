"""What can be asked about the posture of the mission."""

from typing import ClassVar

from dunant.casualty.commands.fields import Note, Posture
from dunant.kernel.events import Command
from dunant.kernel.ids import SubjectId, derived

# A log belongs to one mission, so the posture is one subject and has one name.
POSTURE = SubjectId(derived("mission", "posture"))


class SetPosture(Command, frozen=True, kw_only=True, tag="casualty.set_posture"):
    """Change by which rows of the launch matrix decisions are asked for, from now on."""

    ACTION: ClassVar = "casualty.set_posture"
    ABOUT: ClassVar = "posture"

    posture: Posture
    reason: Note = ""

    def subject(self) -> SubjectId:
        return POSTURE
