"""Runs the bench modules and prints one table of ratios.

A bench module is a file of this folder with ``run() -> list[Ratio]``; it may name the packages it compares
with in ``PACKAGES``. What a module measured last is kept under DATA_DIR, so that modules may be run one by
one; ``--write`` writes docs/performance.md from what is kept, without running anything unless modules are
named too. Ends with status 1 when a ratio is not what it is asked to be.

``BENCH_CLOCKS`` (default 100,000) is the length of the long history, ``BENCH_EVENTS`` the size of a load.
"""

import importlib
import pkgutil
import sys
from argparse import ArgumentParser, RawTextHelpFormatter
from importlib.metadata import version
from types import ModuleType

import bench
from bench import keeping, writing
from bench.ratios import Ratio


def main(arguments: list[str]) -> int:
    """Run the named modules, or all; print the machine, the versions and the table."""
    benches = _benches()
    parser = ArgumentParser(prog="python -m bench", description=__doc__, formatter_class=RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(sorted(benches))}")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    given = parser.parse_args(arguments)
    if unknown := set(given.modules) - set(benches):
        parser.error(f"no bench called {', '.join(sorted(unknown))}; there are {', '.join(sorted(benches))}")
    names = given.modules or ([] if given.write else sorted(benches))
    missed = _run([benches[name] for name in names]) if names else 0
    if given.write:
        print(f"written: {writing.write(keeping.kept())}")
    return 1 if missed else 0


def _run(modules: list[ModuleType]) -> int:
    print(keeping.machine())
    print("\n".join(_packages(modules)) + "\n")
    missed = 0
    print(f"{'':52}{'ours':>14}{'other':>14}{'ratio':>9}  asked")
    for module in modules:
        ratios = module.run()
        for ratio in ratios:
            print(_row(ratio), flush=True)
            missed += ratio.missed
        keeping.keep(module.__name__.partition(".")[2], ratios, _packages([module]))
    return missed


def _benches() -> dict[str, ModuleType]:
    names = (info.name for info in pkgutil.iter_modules(bench.__path__) if info.name != "__main__")
    found = {name: importlib.import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in found.items() if hasattr(module, "run")}


def _packages(modules: list[ModuleType]) -> list[str]:
    names = {name for module in modules for name in getattr(module, "PACKAGES", ())}
    return [f"{name} {version(name)}" for name in sorted(names)]


def _row(ratio: Ratio) -> str:
    sides = f"{_figure(ratio.ours):>14}{_figure(ratio.theirs):>14}{ratio.value:>9.2f}"
    return f"{ratio.what[:51]:52}{sides}  {ratio.asked:8}{ratio.unit}, other: {ratio.against}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
