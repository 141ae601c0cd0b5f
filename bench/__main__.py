"""``python -m bench [MODULE …]``: runs the bench modules and prints one table of ratios.

A bench module is a file of this folder with ``run() -> list[Ratio]``; it may name the packages it compares
with in ``PACKAGES``. Ends with status 1 when a ratio is below what it asks for.
"""

import importlib
import os
import pkgutil
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import bench
from bench.ratios import ROUNDS, Ratio


def main(names: list[str]) -> int:
    """Run the named modules, or all; print the machine, the versions and the table."""
    modules = _modules(names)
    print(_machine())
    print("\n".join(f"{name} {version(name)}" for name in _packages(modules)))
    print(f"Medians of {ROUNDS} interleaved runs.\n")
    missed = 0
    print(f"{'':52}{'ours':>14}{'other':>14}{'ratio':>9}  asked")
    for module in modules:
        for ratio in module.run():
            print(_row(ratio), flush=True)
            missed += ratio.at_least is not None and ratio.value < ratio.at_least
    return 1 if missed else 0


def _modules(names: list[str]) -> list[ModuleType]:
    found = sorted({info.name for info in pkgutil.iter_modules(bench.__path__)} - {"__main__", "ratios"})
    unknown = set(names) - set(found)
    if unknown:
        sys.exit(f"no bench called {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    modules = [importlib.import_module(f"bench.{name}") for name in names or found]
    return [module for module in modules if hasattr(module, "run")]


def _packages(modules: list[ModuleType]) -> list[str]:
    return sorted({name for module in modules for name in getattr(module, "PACKAGES", ())})


def _machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    processor = model or platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, {python}"


def _row(ratio: Ratio) -> str:
    asked = f"{ratio.at_least:g}" if ratio.at_least is not None else ""
    sides = f"{_rate(ratio.ours):>14}{_rate(ratio.theirs):>14}{ratio.value:>9.1f}"
    return f"{ratio.what[:51]:52}{sides}  {asked:6}{ratio.unit}, other: {ratio.against}"


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
