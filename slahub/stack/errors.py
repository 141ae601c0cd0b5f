"""What goes wrong with servers and can be mended by whoever started us."""


class StackError(Exception):
    """Something that the person who started us can mend; the message says how."""
