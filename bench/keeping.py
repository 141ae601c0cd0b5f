"""What the benches measured last, a file a module under DATA_DIR, with the machine it was measured on."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.ratios import Ratio

#: Read once: a bench changes DATA_DIR for the hub that it starts.
FOLDER = Path(os.environ.get("DATA_DIR") or ".local").absolute() / "bench"


@dataclass(frozen=True, slots=True)
class Kept:
    """The ratios of one module; ``day`` and ``machine`` of its last run."""

    module: str
    day: str
    machine: str
    packages: list[str]
    ratios: list[Ratio]


def keep(module: str, ratios: list[Ratio], packages: list[str]) -> None:
    """Remember what a module measured just now."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    day = datetime.now(UTC).date().isoformat()
    said = {"module": module, "day": day, "machine": machine(), "packages": packages}
    text = json.dumps({**said, "ratios": [asdict(ratio) for ratio in ratios]}, indent=1)
    (FOLDER / f"{module}.json").write_text(text)


def kept() -> list[Kept]:
    """What is remembered, by module."""
    read = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]
    found = [one for one in read if isinstance(one, dict) and "ratios" in one]
    return [Kept(**{**one, "ratios": [Ratio(**ratio) for ratio in one["ratios"]]}) for one in found]


def machine() -> str:
    """Processor, cores, memory, system and Python."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = model or platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, {python}"
