"""What can be wrong with bytes that came from another site."""

from dunant.kernel.errors import DunantError


class BadFrame(DunantError):
    """`rule`: undecodable, too_large, ratio, unknown_dictionary, wrong_recipient."""

    code = "sync.undecodable"
    status = 422

    def __init__(self, rule: str) -> None:
        super().__init__(rule=rule)
        self.rule = rule
