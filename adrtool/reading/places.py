"""Where people keep records, and what the folders and files beside them are called."""

from __future__ import annotations

# Where people keep records, from the root of a repository or of a package in it; the first ones first.
USUAL_PLACES = (
    "adr", "docs/adr", "doc/adr", "docs/adrs", "doc/adrs", "docs/decisions", "doc/decisions",
    "docs/architecture/decisions", "doc/architecture/decisions", "docs/architecture-decisions",
    "doc/architecture-decisions", "docs/architecture/adr", "docs/architecture/adrs",
    "docs/architecture-decision-records",
    "docs/decision-records", "docs/decision_records", "adrs", "decisions", "architecture/decisions",
    "architecture/adr", "architecture-decisions", "decision-records",
)  # fmt: skip

# A folder of such a name, dashes and case aside, holds records wherever it lies.
RECORD_FOLDERS = frozenset(
    ("adr", "adrs", "madr", "madrs", "decisions", "decisionrecords", "decisionrecord", "decisionlog",
     "architecturedecisions", "architecturaldecisions", "architecturedecisionrecords", "architecturaldecisionrecords",
     "architecturedecisionrecord", "architecturedecisionlog", "technicaldecisions", "designdecisions", "techdecisions",
     "entscheidungen", "architekturentscheidungen", "decisiones", "decisoes")
)  # fmt: skip

SKIPPED = frozenset(
    ("node_modules", "bower_components", "vendor", "venv", "env", "virtualenv", "site-packages", "__pycache__",
     "target", "_build", "_site", "htmlcov", "fixtures", "__fixtures__", "testdata")
)  # fmt: skip

# Folders beside records that hold something else.
ATTACHED = frozenset(
    ("evidence", "images", "image", "img", "imgs", "assets", "asset", "media", "diagrams", "diagram", "figures",
     "figs", "attachments", "resources", "static", "templates", "template", "files", "src", "scripts", "pictures",
     "screenshots")
)  # fmt: skip

NO_RECORD = frozenset(
    ("summary", "contents", "changelog", "changes", "history", "contributing", "license", "licence", "copying",
     "authors", "maintainers", "codeowners", "code of conduct", "security", "support", "backlog", "todo", "glossary",
     "decisions", "decision records", "adr", "adrs", "architecture decision records", "architecture decisions",
     "decision log", "home", "about", "sidebar", "agents", "claude", "notes", "guidelines", "process")
)  # fmt: skip
# A name made of nothing but these words and those around them is a template's or an index's.
TEMPLATE = frozenset(
    ("template", "templates", "modele", "modèle", "vorlage", "plantilla", "modelo", "sjabloon", "szablon", "шаблон",
     "模板", "テンプレート", "템플릿", "drtemplate", "adrtemplate", "skeleton", "boilerplate",
     "readme", "index", "toc", "overview", "inhalt", "índice", "sommaire")
)  # fmt: skip
AROUND_TEMPLATE = frozenset(
    ("adr", "adrs", "madr", "dr", "decision", "decisions", "record", "records", "architecture", "architectural",
     "log", "nygard", "short", "long", "full", "minimal", "bare", "simple", "basic", "default", "example", "new", "the",
     "of", "nnnn", "nnn", "xxxx", "xxx", "yyyymmdd", "yyyy", "mm", "dd", "title", "slug", "y", "statement", "sdk",
     "component", "en", "de", "fr", "es", "pt", "it", "nl", "ru", "zh", "ja", "md", "v", "detailed", "extended",
     "lightweight", "light", "registro", "arquitectura", "arquitetura", "decisión", "decisão", "architektur",
     "entscheidung", "décision", "architekturentscheidung")
)  # fmt: skip
