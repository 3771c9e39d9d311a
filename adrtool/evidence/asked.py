"""What an environment is asked to hold, and the name of the folder that stands for it."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import sysconfig
from pathlib import Path

from adrtool.evidence.installer import write_asked
from adrtool.evidence.interpreters import fits, own_interpreter
from adrtool.evidence.script import Requirements

# Part of every key: environments of another layout are never looked at.
LAYOUT = 1
PYTEST = re.compile(r"pytest(?![\w.-])", re.IGNORECASE)


def key_of(requirements: Requirements) -> str:
    """The name of the folder for equal requirements on this machine and, where it fits, for adrtool's own Python."""
    own = own_interpreter().version
    parts = (
        LAYOUT,
        _with_pytest(requirements.dependencies),
        requirements.requires_python,
        requirements.constraints,
        sysconfig.get_platform(),
        (sys.implementation.cache_tag, own) if fits(own, requirements.requires_python) else None,
        *filter(None, (requirements.preferred,)),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def ask(folder: Path, requirements: Requirements) -> tuple[str, ...]:
    """Write down what is to be resolved; the dependencies, with pytest among them."""
    dependencies = _with_pytest(requirements.dependencies)
    write_asked(folder, dependencies, requirements.constraints, requirements.preferred)
    return dependencies


def _with_pytest(dependencies: tuple[str, ...]) -> tuple[str, ...]:
    """The dependencies, and the pytest that runs tests unless they name one."""
    return dependencies if any(PYTEST.match(each) for each in dependencies) else (*dependencies, "pytest")
