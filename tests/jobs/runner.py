"""Runs the steps of a workflow or of a composite action as a forge's runner would, as far as that goes on one machine.

`run:` steps run in bash, with the environment, outputs and conditions that they ask for. Of `uses:` steps, checking out,
artifacts and caches are done in the plainest way; anything else is only noted.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


def load(text: str) -> dict[str, Any]:
    """A workflow as GitHub reads it: `on` is a key there, not a truth."""
    document = yaml.safe_load(text)
    if True in document:
        document["on"] = document.pop(True)
    return document


@dataclass
class Runner:
    """One repository's jobs: each gets a clone and a home of its own, artifacts are shared."""

    remote: Path
    place: Path
    github: dict[str, Any] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    uses: list[str] = field(default_factory=list)

    def job(self, job: dict[str, Any], name: str, **contexts: Any) -> str:
        """Run one job of a workflow; `success` or `failure`."""
        temp = self._temp(name)
        clone = temp / "work"
        return self.steps(job["steps"], clone, temp, {"job": job, **contexts})[0]

    def steps(
        self, steps: list[dict[str, Any]], clone: Path, temp: Path, contexts: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """Run steps in a folder; how they ended, and the outputs of those that have an id."""
        clone.mkdir(parents=True, exist_ok=True)
        done: dict[str, Any] = {}
        status = "success"
        for step in steps:
            known = {
                "github": {"token": "t0ken", **self.github},
                "runner": {"os": "Linux", "arch": "X64", "temp": str(temp)},
                "steps": done,
                "matrix": {},
                "inputs": {},
                **contexts,
            }
            if not truth(step.get("if", "success()"), known, status):
                outcome, outputs = "skipped", {}
            elif "run" in step:
                outcome, outputs = self._run(step, clone, temp, known)
            else:
                outcome, outputs = self._use(step, clone, known)
            if "id" in step:
                done[step["id"]] = {"outputs": outputs, "outcome": outcome}
            if outcome == "failure" and not step.get("continue-on-error"):
                status = "failure"
        return status, done

    def _temp(self, name: str) -> Path:
        temp = self.place / f"{name}-{len(list(self.place.glob('*')))}"
        temp.mkdir(parents=True)
        return temp

    def _run(self, step: dict[str, Any], clone: Path, temp: Path, known: dict[str, Any]) -> tuple[str, dict[str, str]]:
        out, summary = temp / "outputs", temp / "summary"
        out.write_text("")
        summary.write_text("")
        (temp / "home").mkdir(exist_ok=True)
        wanted = {key: fill(str(value), known) for key, value in step.get("env", {}).items()}
        names = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GH_", "CI"))}
        github = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(out),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REPOSITORY": "owner/name",
            "GITHUB_SERVER_URL": "https://github.com",
            "RUNNER_TEMP": str(temp),
            "HOME": str(temp / "home"),
        }
        script = fill(step["run"], known)
        assert "${{" not in step["run"], "an expression in a script lets whoever fills it write the script"
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
        made = subprocess.run(
            command, cwd=clone, env={**names, **github, **self.env, **wanted}, capture_output=True, text=True
        )
        self.log += f"\n## {step.get('name', script)}\n{made.stdout}{made.stderr}ended with {made.returncode}\n"
        self.summary += summary.read_text()
        outputs = dict(line.split("=", 1) for line in out.read_text().splitlines() if "=" in line)
        return ("success" if made.returncode == 0 else "failure"), outputs

    def _use(self, step: dict[str, Any], clone: Path, known: dict[str, Any]) -> tuple[str, dict[str, str]]:
        name = step["uses"].split("@")[0]
        self.uses.append(name)
        given = {key: fill(str(value), known) for key, value in step.get("with", {}).items()}
        shelf = self.place / "artifacts"
        if name == "actions/checkout":
            assert given["persist-credentials"] == "False"
            clone.rmdir()
            subprocess.run(["git", "clone", "--quiet", self.remote, clone], check=True)
            if "sha" in self.github:
                subprocess.run(["git", "checkout", "--quiet", self.github["sha"]], cwd=clone, check=True)
        elif name == "actions/upload-artifact":
            pattern = Path(given["path"])
            for file in pattern.parent.glob(pattern.name):
                (shelf / given["name"]).mkdir(parents=True, exist_ok=True)
                shutil.copy(file, shelf / given["name"] / file.name)
        elif name == "actions/download-artifact":
            found = list(shelf.glob(f"{given.get('pattern', given.get('name'))}/*"))
            if not found and "name" in given:
                return "failure", {}
            Path(given["path"]).mkdir(parents=True, exist_ok=True)
            for file in found:
                shutil.copy(file, Path(given["path"]) / file.name)
        return "success", {}


def fill(text: str, known: dict[str, Any]) -> str:
    """Text with its expressions put in."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(value(found.group(1), known)), text)


def truth(condition: Any, known: dict[str, Any], status: str) -> bool:
    """Whether a step runs; one that does not ask about the status runs after success only."""
    words = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", str(condition).strip())
    asks = any(call in words for call in ("always()", "cancelled()", "failure()", "success()"))
    calls = {"always()": True, "cancelled()": False, "failure()": status == "failure", "success()": status == "success"}
    said = value(words, known, calls)
    return bool(said) and (asks or status == "success")


def value(words: str, known: dict[str, Any], calls: dict[str, bool] | None = None) -> Any:
    """An expression of contexts, texts, `==`, `!=`, `&&`, `||`, `!` and calls."""
    for call, answer in (calls or {}).items():
        words = words.replace(call, str(answer))
    tokens = re.findall(r"'(?:[^']|'')*'|&&|\|\||==|!=|!|\(|\)|[\w.-]+", words)
    python = {"&&": " and ", "||": " or ", "!": " not ", "==": "==", "!=": "!=", "(": "(", ")": ")"}
    parts = []
    for token in tokens:
        if token in python:
            parts.append(python[token])
        elif token.startswith("'"):
            parts.append(repr(token[1:-1].replace("''", "'")))
        elif token in ("True", "False", "true", "false"):
            parts.append(token.capitalize())
        else:
            parts.append(repr(look_up(token, known)))
    return eval("".join(parts), {"__builtins__": {}})  # noqa: S307 - made of literals and operators alone


def look_up(path: str, known: dict[str, Any]) -> Any:
    """What a context holds; a name that nobody knows is empty, as it is there."""
    found: Any = known
    for name in path.split("."):
        found = found.get(name, "") if isinstance(found, dict) else ""
    return found
