"""What every way out of the house answers: was the message certainly not taken?"""


class NotTakenError(Exception):
    """The server certainly did not take the message, or it does no harm if it gets it again.

    `permanent`: it will not, however often it is tried. `unreachable`: it would take no other one either.
    """

    def __init__(self, reason: str, *, permanent: bool = False, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.unreachable = unreachable
