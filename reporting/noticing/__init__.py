"""What single persons and teams are told as it happens: on their page, by mail, in their chat."""

from reporting.noticing.telling import Telling, tell, tell_all, untell

__all__ = ["Telling", "tell", "tell_all", "untell"]
