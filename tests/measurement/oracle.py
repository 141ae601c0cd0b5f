"""Second, dumb measures: they live through every second. Only for short times and the plain terms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

ORDER = ("start", "stop", "cancel", "fail", "pause", "resume")


@dataclass
class Life:
    """One clock, in epoch seconds."""

    start: int
    business: bool
    due: int | None = None
    begun: bool = False
    used: int = 0
    open_unpaused: int = 0
    paused: bool = False
    paused_seconds: int = 0
    repeats: int = 0
    state: str = ""
    stopped: int | None = None
    ended: int | None = None

    def end(self, state: str, at: int, stopped: int | None = None) -> None:
        self.state, self.ended, self.stopped = state, at, stopped


@dataclass
class Oracle:
    """Lives from the first happening (second, role, name) on; ``is_open(second)`` is for business time."""

    allowed: int
    business: bool
    is_open: Callable[[int], bool]
    early: int | None = None
    give_up: int | None = None
    clocks: list[Life] = field(default_factory=list)
    used_stops: set[str] = field(default_factory=set)

    def live(self, happenings: Iterable[tuple[int, str, str]], until: int) -> list[Life]:
        known = sorted(h for h in set(happenings) if h[0] <= until)
        if not known:
            return []
        for now in range(known[0][0], until + 1):
            self._pass_second(now)
            for role in ORDER:
                for at, what, name in known:
                    if at == now and what == role:
                        self._happen(now, role, name, known)
            self._begin(now)
        for clock in self.clocks:
            if not clock.state:
                clock.state = "paused" if clock.paused and clock.due is None else "running"
        return self.clocks

    def _open(self) -> Life | None:
        return next((clock for clock in self.clocks if not clock.state), None)

    def _pass_second(self, now: int) -> None:
        clock = self._open()
        if clock is None:
            return
        before = now - 1
        if clock.paused:
            clock.paused_seconds += 1
        elif self.is_open(before):
            clock.open_unpaused += 1
        counts = clock.begun and not clock.paused and (not self.business or self.is_open(before))
        if counts and clock.due is None:
            clock.used += 1
            if clock.used == self.allowed:
                clock.due = now
        if self.give_up is not None and clock.due is not None and now > clock.due + self.give_up:
            clock.end("overdue", clock.due + self.give_up)
            clock.open_unpaused -= self.is_open(before) and not clock.paused

    def _begin(self, now: int) -> None:
        clock = self._open()
        if clock and not clock.begun and not clock.paused and (not self.business or self.is_open(now)):
            clock.begun = True
            if not self.allowed:
                clock.due = now

    def _happen(self, now: int, role: str, name: str, known: list[tuple[int, str, str]]) -> None:
        clock = self._open()
        if role == "start":
            self._start(now, clock, known)
        elif clock is not None:
            getattr(self, f"_{role}")(clock, now, name)

    def _start(self, now: int, clock: Life | None, known: list[tuple[int, str, str]]) -> None:
        if clock:
            clock.repeats += 1
            return
        clock = Life(now, self.business)
        self.clocks.append(clock)
        self._begin(now)
        for at, what, name in known:
            if (
                what == "stop"
                and self.early is not None
                and now - self.early <= at < now
                and name not in self.used_stops
            ):
                self.used_stops.add(name)
                clock.end("met", now, at)
                return

    def _stop(self, clock: Life, now: int, name: str) -> None:
        self.used_stops.add(name)
        clock.end("met" if clock.due is None or now <= clock.due else "late", now, now)

    def _cancel(self, clock: Life, now: int, name: str) -> None:
        clock.end("cancelled" if clock.due is None or now <= clock.due else "overdue", now)

    def _fail(self, clock: Life, now: int, name: str) -> None:
        clock.end("failed", now)

    def _pause(self, clock: Life, now: int, name: str) -> None:
        if clock.due is None:
            clock.paused = True

    def _resume(self, clock: Life, now: int, name: str) -> None:
        clock.paused = False


@dataclass
class StepsLife:
    """One checklist's clock, in epoch seconds: what is left of each step's time, and when it was done."""

    start: int
    left: dict[str, int]
    due: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    repeats: int = 0
    state: str = ""
    stopped: int | None = None
    ended: int | None = None

    @property
    def owed(self) -> list[int]:
        """The deadlines known so far of steps that are undone or were late."""
        return [at for value, at in self.due.items() if value not in self.done or value in self.late]


@dataclass
class ChecklistOracle:
    """``steps``: {value: (seconds, business)}; happenings are (second, "start" or a step's value, name)."""

    steps: dict[str, tuple[int, bool]]
    is_open: Callable[[int], bool]
    early: int | None = None
    clocks: list[StepsLife] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def live(self, happenings: Iterable[tuple[int, str, str]], until: int) -> list[StepsLife]:
        known = sorted(set(happenings))
        if not known:
            return []
        for now in range(known[0][0], until + 1):
            clock = self._open()
            if clock:
                self._tick(clock, now - 1)
                self._fall_due(clock, now)
            together = [(what, name) for at, what, name in known if at == now]
            for _ in (name for what, name in together if what == "start"):
                self._start(now, [one for one in known if one[0] < now])
            for name, what in sorted((name, what) for what, name in together if what != "start"):
                self._step(now, what, name)
        return self.clocks

    def _open(self) -> StepsLife | None:
        return next((clock for clock in self.clocks if not clock.state), None)

    def _tick(self, clock: StepsLife, second: int) -> None:
        for value, (_, business) in self.steps.items():
            if not business or self.is_open(second):
                clock.left[value] -= 1

    def _fall_due(self, clock: StepsLife, now: int) -> None:
        for value, left in clock.left.items():
            if left <= 0 and value not in clock.due:
                clock.due[value] = now

    def _start(self, now: int, before: list[tuple[int, str, str]]) -> None:
        clock = self._open()
        if clock:
            clock.repeats += 1
            return
        clock = StepsLife(now, {value: seconds for value, (seconds, _) in self.steps.items()})
        self.clocks.append(clock)
        for at, what, name in before:
            if what != "start" and self.early is not None and at >= now - self.early:
                self._do(clock, at, what, name)
        if len(clock.done) == len(self.steps):
            clock.state, clock.stopped, clock.ended = "met", max(clock.done.values()), now

    def _step(self, now: int, what: str, name: str) -> None:
        clock = self._open()
        if clock is None or not self._do(clock, now, what, name):
            return
        if what in clock.due and clock.due[what] < now:
            clock.late.add(what)
        if len(clock.done) == len(self.steps):
            clock.state, clock.stopped, clock.ended = "late" if clock.late else "met", now, now

    def _do(self, clock: StepsLife, at: int, what: str, name: str) -> bool:
        if what in clock.done or name in self.used:
            return False
        clock.done[what] = at
        self.used.add(name)
        return True
