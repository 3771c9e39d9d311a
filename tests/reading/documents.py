"""Generated records, each with the claims that it makes."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Said:
    """A claim as a reader sees it."""

    line: int
    text: str
    evidence: str


@dataclass(frozen=True)
class Piece:
    """A part of a line of text: its Markdown, and the claim that it makes, if any; `\\n` breaks the line."""

    written: str
    text: str = ""
    evidence: str | None = None


@dataclass(frozen=True)
class Document:
    """A record's text and its claims, in their order."""

    text: str
    claims: tuple[Said, ...]


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFéßñçøœ日本語Ωπ—…’“”€"
words = st.text(LETTERS, min_size=1, max_size=6)
# What a link's text may hold, as it is written and as it is read.
marked = st.one_of(
    words.map(lambda word: (word, word)),
    words.map(lambda word: (f"*{word}*", word)),
    words.map(lambda word: (f"**{word}**", word)),
    words.map(lambda word: (f"`{word}`", word)),
    words.map(lambda word: (f"`]({word}`", f"]({word}")),
    words.map(lambda word: (f"\\[{word}\\]", f"[{word}]")),
    words.map(lambda word: (f"({word})", f"({word})")),
    words.map(lambda word: (f"![{word}](evidence/{word}.png)", word)),
    st.just(("R&amp;D", "R&D")),
    st.just(("a\\*b", "a*b")),
    st.just(("3.14%", "3.14%")),
)
paths = st.sampled_from(("{}.py", "sub/{}.sh", "0001/{}.py", "{}.test.mjs", "{}%20x.py", "{}"))
prefixes = st.sampled_from(("evidence/", "./evidence/", "/adr/evidence/", "../adr/evidence/"))
tests = st.sampled_from(("", "#test_it", "#TestIt::test_it"))
titles = st.sampled_from(("", ' "supporting"', " 'then: do it'", ' "waived until 2027-02-01: we know; really"'))
elsewhere = st.sampled_from(
    ("other.md", "https://host/evidence/a.py", "../evidence/a.py", "#evidence/a.py", "evidences/a.py", "mailto:a@b.c")
)


@st.composite
def plain(draw: st.DrawFn) -> Piece:
    """Text and links that claim nothing."""
    word = draw(words)
    kind = draw(st.integers(0, 6))
    target = draw(elsewhere)
    return Piece(
        (
            word,
            f"[{word}]({target})",
            f"`[{word}](evidence/{word}.py)`",
            f"\\[{word}](evidence/{word}.py)",
            f"![{word}](evidence/{word}.png)",
            f"{word} <!-- [{word}](evidence/{word}.py) -->",
            f"**{word}**",
        )[kind]
    )


@st.composite
def records(draw: st.DrawFn, *, comments: bool = True) -> Document:
    """A whole record; without `comments` where a formatter moves them about."""
    definitions: list[str] = []
    counter = 0

    def claim(breaks: bool) -> Piece:
        nonlocal counter
        counter += 1
        parts = draw(st.lists(marked, min_size=1, max_size=4))
        gap = draw(st.sampled_from((" ", "\n"))) if breaks else " "
        written = gap.join(part for part, _ in parts)
        text = " ".join(part for _, part in parts)
        path = draw(paths).format(f"e{counter}")
        href = draw(prefixes) + path + draw(tests)
        title = draw(titles)
        evidence = "adr/evidence/" + path.replace("%20", " ") + ("" if "#" not in href else href[href.index("#") :])
        match draw(st.integers(0, 4)):
            case 0:
                definitions.append(f"[ref{counter}]: {href}{title}")
                return Piece(f"[{written}][ref{counter}]", text, evidence)
            case 1:
                definitions.append(f"[word{counter}]: <{href.replace('%20', ' ')}>{title}")
                return Piece(f"[word{counter}]", f"word{counter}", evidence)
            case 2:
                return Piece(f"[{written}](<{href}>{title})", text, evidence)
            case _:
                return Piece(f"[{written}]({href}{title})", text, evidence)

    def line(breaks: bool = True) -> list[Piece]:
        pieces = [Piece(draw(words))]
        for _ in range(draw(st.integers(0, 4))):
            pieces.append(Piece("\n" if breaks and draw(st.booleans()) else " "))
            piece = claim(breaks) if draw(st.booleans()) else draw(plain())
            if "<!--" in piece.written and not comments:
                piece = Piece("x")
            pieces.append(piece)
            pieces.append(Piece(draw(words)) if draw(st.booleans()) else Piece(","))
        return pieces

    text = ""
    claims: list[Said] = []

    def write(pieces: list[Piece], first: str = "", rest: str = "", last: str = "\n") -> None:
        nonlocal text
        text += first
        for piece in pieces:
            if piece.evidence is not None:
                claims.append(Said(text.count("\n") + 1, piece.text, piece.evidence))
            text += piece.written.replace("\n", "\n" + rest)
        text += last

    for _ in range(draw(st.integers(1, 6))):
        match draw(st.integers(0, 9)):
            case 0:
                write(line(breaks=False), "## ")
            case 1:
                write(line(), last="\n===\n")
            case 2:
                for _ in range(draw(st.integers(1, 3))):
                    write(line(), "- ", "  ")
                    if draw(st.booleans()):
                        write(line(), "  1. ", "     ")
            case 3:
                write(line(), "> ", "> ")
                if draw(st.booleans()):
                    write(line(), "> > ", "> > ")
            case 4:
                write([Piece("| a "), Piece("| b |")])
                write([Piece("| --- | --- |")])
                for _ in range(draw(st.integers(1, 3))):
                    write([*line(breaks=False), Piece(" | "), *line(breaks=False)], "| ", last=" |\n")
            case 5:
                text += "```\n[no](evidence/no.py)\n```\n"
            case 6:
                text += "<!-- over\n[no](evidence/no.py)\nlines -->\n"
            case 7 if definitions:
                text += definitions.pop() + "\n"
            case _:
                write(line())
        text += "\n"
    text += "".join(f"{definition}\n" for definition in definitions)
    return Document(text, tuple(claims))
