"""What this domain refuses, each with the code that screens translate.

Refused
├── AlreadyHandedOver    the receiving facility owns the category now
├── AlreadyAcknowledged  this role has answered the alert before
├── DialectRequired      a bare precedence letter means different things in different forms
├── ValueOutOfRange      a value no living body or map can have
├── IncidentIsClosed     read-only until it is reopened
├── Unaccounted          closing an incident while somebody is not accounted for
├── OrderOfStates        this step cannot follow the present state
├── ExerciseMixed        exercise and real never share anything
├── IsClosed             the request, leg or casualty has ended
├── ReasonRequired       this needs a reason in words
├── OnAnotherLeg         somebody else is already on the way to fetch the casualty
├── NotHolder            somebody else has the casualty in hands
├── NoRoom               more litters or seats than the asset has
├── ModuleClosed         the destination cannot do what the casualty needs
├── NightLeg             by night this asset cannot fly there, or cannot see where to land
├── NotAdmitted          a transfer begins at an admission or at the scene
├── BedTaken             somebody else lies there, or the casualty lies elsewhere
├── DifferentPeople      two verified index numbers cannot be one person
├── StepOfOthers         another role takes this step of the NOTICAS
├── UnderHold            the release hold has not run out
├── NameInText           a text that goes where no names go holds one
├── ExpectantNotAllowed  only a medical officer in a mass casualty situation gives somebody up for now
├── DowngradeUnproven    a lower category needs a newer look than the one it replaces
├── DecisionNotAllowed   the launch matrix gives this decision to somebody else
├── LaunchFieldsMissing  a draft lacks what nobody could launch without
└── StillAboard          somebody is being carried on it
"""

from dunant.kernel.errors import Refused


class AlreadyHandedOver(Refused):
    code = "casualty.already_handed_over"


class AlreadyAcknowledged(Refused):
    code = "casualty.already_acknowledged"


class DialectRequired(Refused):
    code = "casualty.dialect_required"


class ValueOutOfRange(Refused):
    code = "casualty.value_out_of_range"


class IncidentIsClosed(Refused):
    code = "casualty.incident_closed"


class Unaccounted(Refused):
    code = "casualty.unaccounted"


class OrderOfStates(Refused):
    code = "casualty.order_of_states"


class ExerciseMixed(Refused):
    code = "casualty.exercise_mixed"


class IsClosed(Refused):
    code = "casualty.closed"


class ReasonRequired(Refused):
    code = "casualty.reason_required"


class OnAnotherLeg(Refused):
    code = "casualty.on_another_leg"


class NotHolder(Refused):
    code = "casualty.not_holder"


class DifferentPeople(Refused):
    code = "casualty.different_people"


class DecisionNotAllowed(Refused):
    code = "casualty.decision_not_allowed"


class NoRoom(Refused):
    code = "casualty.no_room"


class ModuleClosed(Refused):
    code = "casualty.module_closed"


class NightLeg(Refused):
    code = "casualty.night_leg"


class NotAdmitted(Refused):
    code = "casualty.not_admitted"


class BedTaken(Refused):
    code = "casualty.bed_taken"


class StepOfOthers(Refused):
    code = "casualty.step_of_others"


class UnderHold(Refused):
    code = "casualty.under_hold"


class NameInText(Refused):
    code = "casualty.name_in_text"


class ExpectantNotAllowed(Refused):
    code = "casualty.expectant_not_allowed"


class DowngradeUnproven(Refused):
    code = "casualty.downgrade_unproven"


class LaunchFieldsMissing(Refused):
    code = "casualty.launch_fields_missing"


class StillAboard(Refused):
    code = "casualty.still_aboard"
