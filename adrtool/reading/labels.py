"""The words that announce something in a record: headings, keys and labels, in the world's languages.

Like the tables in `words`: parted by commas, in lower case, compared folded.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Label(enum.StrEnum):
    """What a heading, a front matter key or the label of a line announces."""

    TITLE = "title"
    NUMBER = "number"
    STATUS = "status"
    DATE = "date"
    CREATED = "created"
    CHANGED = "changed"  # a later edit: never the date of the decision
    CHANGELOG = "changelog"
    DECIDERS = "deciders"
    TAGS = "tags"
    REVISIT = "revisit"
    APPLIES_TO = "applies-to"
    LINKS = "links"
    SECTION = "section"  # of a record's body, so never its title


# Labels whose language writes the day before the month; English has both orders.
DAY_FIRST = "datum, entscheidungsdatum, erstellt, fecha, creado, data, criado, creato, дата, создано, päiväys, tarih"

# Words that announce something: headings, front matter keys, labels of lines and columns.
LABEL_WORDS: Mapping[Label, str] = {
    Label.TITLE: "title, titel, titre, título, titulo, titolo, tytuł, название, заголовок, 标题, タイトル",
    Label.NUMBER: "number, id, adr, adr number, adr id, no, nr, nummer, numéro, número, numero, номер, 编号, 番号",
    Label.STATUS: (
        "status, state, decision status, adr status, current status, record status, stand, statut, état, etat, "
        "estado, estatus, situação, situacao, stato, stan, статус, состояние, stav, tila, durum, 状态, 狀態, "
        "ステータス, 状態, 상태"
    ),
    Label.DATE: (
        "date, decision date, date decided, date of decision, decided, decided on, decision made, accepted, "
        "accepted on, date accepted, approved on, approval date, adr date, datum, entscheidungsdatum, "
        "date de décision, date de la décision, fecha, fecha de decisión, data, data da decisão, data decisione, "
        "дата, datum rozhodnutí, päiväys, tarih, 日期, 决策日期, 日付, 決定日, 날짜, 일자"
    ),
    Label.CREATED: (
        "created, created on, created at, creation date, date created, introduced, submitted, "
        "date of submission, submission date, date submitted, proposed, proposed on, date proposed, started, "
        "start date, first draft, initial date, published, issued, revision date, revdate, erstellt, "
        "erstellt am, erstellungsdatum, créé le, date de création, creado, fecha de creación, criado em, "
        "data de criação, creato il, создано, дата создания, 创建日期, 创建时间, 作成日, 생성일"
    ),
    Label.CHANGED: (
        "updated, last updated, last update, last_update, updated on, last modified, modified, last changed, "
        "last reviewed, reviewed, superseded on, deprecated on, aktualisiert, geändert, letzte änderung, "
        "zuletzt geändert, mis à jour, dernière mise à jour, actualizado, última actualización, atualizado em, "
        "última atualização, обновлено, 更新日期, 更新日, 수정일"
    ),
    Label.CHANGELOG: (
        "changelog, change log, change history, history, revision history, revisions, document history, "
        "version history, änderungshistorie, historie, historique, historial, histórico, cronologia, "
        "история изменений, 变更历史, 変更履歴"
    ),
    Label.DECIDERS: (
        "deciders, decider, decision makers, decision maker, decision owner, approvers, approver, approved by, "
        "decided by, entscheider, entscheidungsträger, décideurs, decideurs, décideur, décidé par, decisores, "
        "tomadores de decisão, decisori, beslissers, beslutningstakere, решающие, принимающие решение, 决策者, "
        "決定者, 意思決定者, 의사 결정자, 결정자"
    ),
    Label.TAGS: (
        "tags, tag, keywords, labels, categories, category, schlagwörter, mots clés, étiquettes, etiquetas, "
        "palavras chave, теги, метки, 标签, タグ, 태그"
    ),
    Label.REVISIT: (
        "revisit, revisit on, revisit by, revisit date, review by, reviewby, review on, review date, "
        "next review, expires, expires on, expiry date, resubmission date, wiedervorlage, à revoir le, revisar, "
        "revisión"
    ),
    Label.APPLIES_TO: "applies to, appliesto, affects, scope, governs, gilt für, s'applique à, aplica a, 适用范围",
    Label.LINKS: (
        "links, related, related links, related adrs, related adr, related decisions, related decision records, "
        "related records, relations, relationships, references, see also, related documents, linked decisions, "
        "linked adrs, more information, additional information, further information, further reading, "
        "supersession, verweise, verknüpfungen, referenzen, weitere informationen, verwandte entscheidungen, "
        "liens, références, plus d'informations, décisions liées, enlaces, referencias, más información, "
        "decisiones relacionadas, ligações, referências, mais informações, collegamenti, riferimenti, ссылки, "
        "связанные решения, 链接, 相关链接, 相关决策, 参考, リンク, 参考資料, 関連, 링크, 참고"
    ),
    Label.SECTION: (
        "context, context and problem statement, context and background, context & problem statement, "
        "background, background and context, problem, problem statement, problem description, the problem, "
        "issue, introduction, intro, overview, summary, abstract, executive summary, tl;dr, tldr, motivation, "
        "need, goals, goal, non goals, goals and non goals, purpose, objective, objectives, description, "
        "metadata, meta, document metadata, adr metadata, decision, decisions, decision outcome, the decision, "
        "outcome, decision drivers, drivers, resolution, rationale, reasoning, justification, approach, "
        "solution, proposed solution, proposal, the proposal, design, detailed design, proposed design, "
        "specification, implementation, consequences, consequence, impact, implications, results, "
        "positive consequences, negative consequences, pros, cons, pros and cons, advantages, disadvantages, "
        "considered options, considered alternatives, options, options considered, alternatives, "
        "alternatives considered, alternative approaches, assumptions, constraints, requirements, scope, notes, "
        "note, risks, trade offs, tradeoffs, confirmation, validation, compliance, conclusion, conclusions, "
        "evaluation, discussion, questions, open questions, team, participants, user story, table of contents, "
        "contents, terminology, definitions, glossary, deciders, kontext, kontext und problemstellung, "
        "problemstellung, hintergrund, ausgangslage, einleitung, zusammenfassung, entscheidung, entscheidungen, "
        "ergebnis, entscheidungsergebnis, begründung, konsequenzen, folgen, auswirkungen, alternativen, "
        "optionen, betrachtete optionen, betrachtete alternativen, entscheidungstreiber, lösung, umsetzung, "
        "contexte, contexte et énoncé du problème, contexte et problème, problème, problématique, résumé, "
        "décision, résultat de la décision, conséquences, options envisagées, options considérées, enjeux, "
        "facteurs de décision, alternatives considérées, justification de la décision, contexto, "
        "contexto y planteamiento del problema, contexto e declaração do problema, problema, resumen, resumo, "
        "decisión, decisão, resultado, resultado de la decisión, resultado da decisão, consecuencias, "
        "consequências, opciones, opciones consideradas, opções consideradas, alternativas, "
        "alternativas consideradas, justificación, justificativa, motivación, motivação, contesto, decisione, "
        "conseguenze, opzioni considerate, alternative, alternative considerate, achtergrond, besluit, "
        "beslissing, gevolgen, consequenties, overwogen opties, probleemstelling, kontekst, decyzja, "
        "konsekwencje, rozważane opcje, контекст, контекст и постановка проблемы, проблема, решение, "
        "последствия, варианты, рассмотренные варианты, альтернативы, обоснование, рішення, наслідки, "
        "kontext a problém, rozhodnutí, důsledky, beslut, konsekvenser, beslutning, päätös, seuraukset, tausta, "
        "bağlam, karar, sonuçlar, 背景, 上下文, 语境, 问题, 问题陈述, 问题描述, 背景和问题陈述, 背景与问题陈述, "
        "决策, 决定, 决策结果, 方案, 后果, 影响, 结果, 结论, 考虑的选项, 备选方案, 可选方案, 决策驱动因素, 理由, "
        "コンテキスト, 文脈, 課題, 問題, 概要, 決定, 決定事項, 意思決定, 決定内容, 結果, 影響, 選択肢, "
        "検討した選択肢, 代替案, 결정, 맥락, 배경, 컨텍스트, 결과, 영향, 대안, 고려한 대안, 개요, 문제"
    ),
}

# Headings that make a file look like a record, by the part that they play in one.
RECORD_SECTIONS: Mapping[str, str] = {
    "decision": (
        "decision, decisions, the decision, decision outcome, entscheidung, ergebnis der entscheidung, "
        "résultat de la décision, resultado de la decisión, resultado da decisão, décision, "
        "decisión, decisão, decisione, besluit, beslissing, "
        "decyzja, решение, рішення, rozhodnutí, beslut, beslutning, päätös, karar, 决策, 决定, "
        "决策结果, 決定, 決定事項, 결정"
    ),
    "context": (
        "context, context and problem statement, problem statement, kontext, kontext und problemstellung, "
        "contexte et énoncé du problème, contexte, contexto, contesto, kontekst, контекст, "
        "背景, 上下文, コンテキスト, 맥락, 배경"
    ),
    "consequences": (
        "consequences, konsequenzen, conséquences, consecuencias, consequências, conseguenze, gevolgen, "
        "konsekwencje, последствия, konsekvenser, 后果, 影响, 影響, 결과"
    ),
    "options": (
        "considered options, considered alternatives, alternatives, alternatives considered, options, "
        "betrachtete optionen, alternativen, options envisagées, options considérées, opciones consideradas, "
        "opções consideradas, options considered, 考虑的选项, 検討した選択肢"
    ),
    "rationale": "rationale, begründung, justification, justificación",
}
