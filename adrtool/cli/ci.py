"""`ci`: files for jobs that run by themselves, and what such jobs say on a forge."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from adrtool.jobs.files import File, Wanted

Command = Callable[..., Any]


@click.group("ci")
def ci_command() -> None:
    """Write the files of a job that re-validates the records by itself, week by week."""


def _common(command: Command) -> Command:
    for option in (
        click.option("--stdout", "only_show", is_flag=True, help="Print the files instead of writing them."),
        click.option("--force", is_flag=True, help="Write over files that are there."),
        click.option("--budget", default="30m", show_default=True, metavar="TIME", help="How long one run may take."),
        click.option("--schedule", default="", metavar="WHEN", help="When it runs; by default once a week."),
    ):
        command = option(command)
    return command


def _forge(command: Command) -> Command:
    for option in (
        click.option("--install", metavar="SPEC", help="What pip installs; by default this version of adrtool."),
        click.option("--python", default="3.12", show_default=True, metavar="VERSION", help="The jobs' Python."),
        click.option("--no-review", is_flag=True, help="Leave out the jobs for pull or merge requests."),
        click.option("--no-issue", is_flag=True, help="Keep no issue."),
        click.option("--shards", type=click.IntRange(1, 100), default=1, show_default=True, help="Machines at once."),
    ):
        command = option(command)
    return _common(command)


def _machine(command: Command) -> Command:
    for option in (
        click.option("--update", is_flag=True, help="Pull the branch first, if it can be fast-forwarded."),
        click.option("--metrics", default="", metavar="FILE", help="Write metrics there after each run."),
        click.option("--on-change", default="", metavar="CMD", help="Run this when a verdict changed."),
        click.option(
            "--into",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path(),
            metavar="FOLDER",
            help="Where to write; by default here.",
        ),
    ):
        command = option(command)
    return _common(command)


@ci_command.command("github", short_help="Workflows: every week, and for pull requests.")
@_forge
def github_command(force: bool, only_show: bool, **fields: Any) -> int:
    """Workflows for GitHub: one for every week, and the safe pair for pull requests."""
    _put("github", None, fields, force=force, only_show=only_show)
    _say(only_show, "commit them; the first run can be started by hand: gh workflow run adrtool.yml")
    return ExitCode.OK


@ci_command.command("gitlab", short_help="Jobs: every week, and on merge requests.")
@_forge
def gitlab_command(force: bool, only_show: bool, **fields: Any) -> int:
    """Jobs for GitLab: every week, and on merge requests."""
    written = _put("gitlab", None, fields, force=force, only_show=only_show)
    _say(only_show, f"to use it, add to .gitlab-ci.yml: include: [{{local: {written[0].path}}}]")
    return ExitCode.OK


@ci_command.command("systemd", short_help="A service and a timer for this clone.")
@_machine
def systemd_command(into: Path, force: bool, only_show: bool, **fields: Any) -> int:
    """A service and a timer for systemd, which re-validate this clone on this machine."""
    written = _put("systemd", into, fields, force=force, only_show=only_show)
    service, timer = (shlex.quote(str(into.resolve() / file.path)) for file in written)
    _say(only_show, f"to start it: systemctl --user link {service} && systemctl --user enable --now {timer}")
    return ExitCode.OK


@ci_command.command("cron", short_help="A line for crontab, for this clone.")
@_machine
def cron_command(into: Path, force: bool, only_show: bool, **fields: Any) -> int:
    """A line for crontab, which re-validates this clone on this machine."""
    written = _put("cron", into, fields, force=force, only_show=only_show)
    file = shlex.quote(str(into.resolve() / written[0].path))
    _say(only_show, f"to start it: (crontab -l; cat {file}) | crontab -")
    return ExitCode.OK


@ci_command.command("issue", short_help="Bring the one issue up to date; runs in a job.")
@click.option("--forge", type=click.Choice(["github", "gitlab"]), help="By default the one that the job runs on.")
@click.option("--repository", default="", metavar="OWNER/NAME", help="By default the one that the clone comes from.")
@click.option("--dry-run", is_flag=True, help="Print the issue's text, and ask no forge.")
@options.dir_option
def issue_command(forge: str | None, repository: str, dry_run: bool, dirs: Sequence[Path]) -> int:
    """Open, update or close the repository's one issue on reasons that no longer hold; runs no evidence."""
    from adrtool.jobs.alarms import alarms, body
    from adrtool.jobs.forge import Forge, Kind
    from adrtool.jobs.issue import bring_up_to_date

    workspace = options.open_workspace(dirs)
    now = options.now()
    every = workspace.judge_all(now)
    found = alarms(workspace.records, every, now)
    if dry_run:
        click.echo(body(found) if found else "no alarm, no issue")
        return ExitCode.OK
    kind = Kind(forge) if forge else Kind.here()
    click.echo(bring_up_to_date(Forge(kind, workspace.root, repository), found, every, now))
    return ExitCode.OK


@ci_command.command("comment", short_help="Write a review's comment; runs in a job.")
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--repository", required=True, metavar="OWNER/NAME", help="Where the pull request is.")
@click.option("--head", required=True, metavar="COMMIT", help="The commit that was reviewed.")
@click.option("--run", default="", metavar="URL", help="The run that made the report.")
@click.option("--author", default="github-actions[bot]", show_default=True, help="Whose comment is ours.")
@click.option("--dry-run", is_flag=True, help="Print the comment, and ask no forge.")
def comment_command(report: Path, repository: str, head: str, run: str, author: str, dry_run: bool) -> int:
    """Write a review's report as the one comment on its pull request; the report is never trusted."""
    from adrtool.jobs import comment
    from adrtool.jobs.forge import Forge, Kind

    target = comment.Target(repository, head, run, author)
    text = comment.body(comment.read_report(report), target)
    if dry_run:
        click.echo(text)
        return ExitCode.OK
    forge = Forge(Kind.GITHUB, Path.cwd(), repository)
    numbers = comment.pulls(forge, target)
    for number in numbers:
        click.echo(comment.upsert(forge, target, number, text))
    if not numbers:
        click.echo(f"no open pull request has {head[:10]} as its head; nothing said")
    return ExitCode.OK


def _put(place: str, into: Path | None, fields: dict[str, Any], *, force: bool, only_show: bool) -> tuple[File, ...]:
    """Write the files of a place `into` a folder, by default the repository, or only show them; what they are."""
    from adrtool.jobs.files import Place, files

    wanted, root = _wanted(fields)
    written = files(Place(place), wanted)
    _write(root if into is None else into, written, force=force, only_show=only_show)
    return written


def _wanted(fields: dict[str, Any]) -> tuple[Wanted, Path]:
    from adrtool.jobs.files import Wanted

    workspace = options.open_workspace(())
    if workspace.repository is None:
        raise UsageError("no git repository here, and such jobs keep their history in one; `git init` makes it")
    options.seconds(fields["budget"])
    given = {
        "issue": not fields.pop("no_issue", False),
        "review": not fields.pop("no_review", False),
        **{name: value for name, value in fields.items() if value is not None},
    }

    return Wanted(
        name=workspace.root.name,
        root=str(workspace.root),
        command=f"{shlex.quote(sys.executable)} -m adrtool",
        push=bool(workspace.repository.remotes()),
        **given,
    ), workspace.root


def _write(folder: Path, files: Sequence[File], *, force: bool, only_show: bool) -> None:
    from adrtool.writing.changes import Change, write_all

    if only_show:
        for file in files:
            click.echo(f"# {file.path}\n{file.text}" if len(files) > 1 else file.text, nl=False)
        return
    there = [file.path for file in files if (folder / file.path).exists()]
    same = [path for path in there for file in files if file.path == path and _reads(folder / path) == file.text]
    if (others := [path for path in there if path not in same]) and not force:
        raise UsageError(
            f"{', '.join(others)}: there already, and not as adrtool would write it; --force writes it anew"
        )
    changes = [
        Change(file.path, (folder / file.path).read_bytes() if file.path in there else None, file.text.encode())
        for file in files
        if file.path not in same
    ]
    write_all(folder, changes)
    for file in files:
        click.echo(f"{file.path}: is so already" if file.path in same else file.path)


def _reads(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def _say(only_show: bool, words: str) -> None:
    if not only_show:
        options.warn(words)
