"""The words of the world's records: one table for each kind of word, with their languages.

Words are parted by commas and compared folded (see `vocabulary.fold`), so the tables hold lower case only. A word
that is missing here makes a record less well read, never wrongly read: what no table knows is `other` or `unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping

from adrtool.model import Relation, Status

STATUS_WORDS: Mapping[Status, Mapping[str, str]] = {
    Status.DRAFT: {
        "en": "draft, wip, work in progress, early draft, in draft, drafting",
        "de": "entwurf, in arbeit",
        "fr": "brouillon, ébauche",
        "es": "borrador",
        "pt": "rascunho",
        "it": "bozza",
        "nl": "concept, ontwerp",
        "pl": "szkic, wersja robocza",
        "ru": "черновик",
        "zh": "草稿, 草案, 起草中",
        "ja": "下書き, ドラフト",
        "ko": "초안",
    },
    Status.PROPOSED: {
        "en": (
            "proposed, proposal, pending, pending review, pending approval, in review, under review, review, "
            "in discussion, under discussion, discussion, open, open for review, open for comments, "
            "request for comments, rfc, last call, submitted, undecided, suggested, ready for review, "
            "awaiting approval, awaiting review, under consideration, candidate, to be discussed, tbd"
        ),
        "de": "vorgeschlagen, vorschlag, in prüfung, in diskussion, offen, zur diskussion, ausstehend",
        "fr": "proposé, proposée, proposition, en discussion, en attente, en revue, en cours de revue",
        "es": "propuesto, propuesta, en discusión, en revisión, pendiente",
        "pt": "proposto, proposta, em discussão, em revisão, em análise, pendente",
        "it": "proposto, proposta, in discussione, in revisione, in attesa",
        "nl": "voorgesteld, voorstel, in behandeling, in review",
        "pl": "proponowany, proponowana, zaproponowano, propozycja, w trakcie przeglądu",
        "ru": "предложено, предложен, предложение, на рассмотрении, на обсуждении",
        "uk": "запропоновано, на розгляді",
        "cs": "navrženo, návrh",
        "sv": "föreslagen, föreslaget, förslag",
        "tr": "önerildi, öneri",
        "zh": "提议, 提议中, 已提议, 提案, 待定, 讨论中, 评审中, 待评审, 提出, 建议",
        "ja": "提案, 提案中, 提案済み, レビュー中, 検討中, 議論中, 保留中",
        "ko": "제안, 제안됨, 검토 중, 검토중, 논의 중",
    },
    Status.ACCEPTED: {
        "en": (
            "accepted, approved, decided, adopted, agreed, agreed upon, ratified, living, final, active, "
            "in force, in effect, effective, confirmed, endorsed, partially accepted, conditionally accepted, "
            "provisionally accepted"
        ),
        "de": (
            "akzeptiert, angenommen, beschlossen, entschieden, genehmigt, verabschiedet, freigegeben, bestätigt, "
            "aktiv, gültig"
        ),
        "fr": (
            "accepté, acceptée, approuvé, approuvée, validé, validée, adopté, adoptée, décidé, décidée, actif, active"
        ),
        "es": (
            "aceptado, aceptada, aprobado, aprobada, adoptado, adoptada, decidido, decidida, vigente, activo, activa"
        ),
        "pt": (
            "aceito, aceita, aceite, aprovado, aprovada, adotado, adotada, decidido, decidida, ativo, ativa, vigente"
        ),
        "it": "accettato, accettata, approvato, approvata, adottato, adottata, deciso, decisa",
        "nl": "geaccepteerd, goedgekeurd, aanvaard, besloten, aangenomen, vastgesteld",
        "pl": (
            "zaakceptowany, zaakceptowana, zaakceptowano, zaakceptowane, przyjęty, przyjęta, przyjęto, przyjęte, "
            "zatwierdzony, zatwierdzona, zatwierdzono"
        ),
        "ru": "принято, принят, принята, утверждено, утвержден, утверждён, одобрено",
        "uk": "прийнято, затверджено, схвалено",
        "cs": "přijato, schváleno",
        "sv": "accepterad, accepterat, godkänd, godkänt, antagen, beslutad",
        "da": "accepteret, godkendt, vedtaget",
        "no": "akseptert, godkjent, vedtatt",
        "fi": "hyväksytty",
        "tr": "kabul edildi, onaylandı",
        "zh": (
            "已接受, 接受, 已采纳, 采纳, 已批准, 批准, 已通过, 通过, 已采用, 采用, 已决定, 已确定, 生效, "
            "已接受并实施, 已採納, 已採用"
        ),
        "ja": "承認, 承認済み, 承認済, 採用, 採用済み, 採択, 決定, 決定済み, 受理, 受諾",
        "ko": "승인, 승인됨, 채택, 채택됨, 수락됨, 수락, 확정, 결정됨",
    },
    Status.REJECTED: {
        "en": (
            "rejected, declined, withdrawn, cancelled, canceled, abandoned, denied, refused, dismissed, "
            "discarded, dropped, not accepted, not approved, not adopted, wont do"
        ),
        "de": "abgelehnt, verworfen, zurückgezogen, zurückgewiesen, nicht angenommen",
        "fr": "rejeté, rejetée, refusé, refusée, abandonné, abandonnée, annulé, annulée, retiré",
        "es": "rechazado, rechazada, descartado, descartada, cancelado, cancelada, retirado",
        "pt": "rejeitado, rejeitada, recusado, recusada, descartado, cancelado, cancelada",
        "it": "rifiutato, rifiutata, respinto, respinta, scartato, ritirato",
        "nl": "afgewezen, verworpen, geweigerd, ingetrokken",
        "pl": "odrzucony, odrzucona, odrzucono, wycofany",
        "ru": "отклонено, отклонен, отклонён, отвергнуто, отозвано",
        "uk": "відхилено",
        "cs": "zamítnuto, odmítnuto",
        "sv": "avvisad, avslagen, förkastad",
        "tr": "reddedildi",
        "zh": "已拒绝, 拒绝, 被拒绝, 已否决, 否决, 已放弃, 放弃, 已撤回, 已驳回",
        "ja": "却下, 却下済み, 拒否, 不採用, 棄却, 取り下げ",
        "ko": "거부, 거부됨, 거절, 거절됨, 기각, 기각됨, 철회",
    },
    Status.DEPRECATED: {
        "en": (
            "deprecated, retired, reverted, outdated, obsolete, obsoleted, revoked, inactive, sunset, "
            "no longer valid, no longer relevant, no longer applicable, no longer applies, no longer in use, "
            "expired, archived, removed"
        ),
        "de": "veraltet, überholt, aufgehoben, obsolet, abgekündigt, zurückgenommen, ungültig",
        "fr": "déprécié, dépréciée, obsolète, périmé, périmée, caduc, révoqué",
        "es": "obsoleto, obsoleta, deprecado, deprecada, en desuso, revocado",
        "pt": "depreciado, depreciada, obsoleto, obsoleta, descontinuado, descontinuada, revogado",
        "it": "deprecato, deprecata, obsoleto, obsoleta",
        "nl": "verouderd, achterhaald, vervallen",
        "pl": "przestarzały, przestarzała, wycofano, nieaktualny, nieaktualna",
        "ru": "устарело, устарел, устаревший, устаревшее, отменено",
        "uk": "застаріло, скасовано",
        "cs": "zastaralé, zrušeno",
        "sv": "föråldrad, utfasad",
        "zh": "已弃用, 弃用, 已废弃, 废弃, 已过时, 过时, 已作废, 作废, 已废止, 废止, 失效",
        "ja": "非推奨, 廃止, 廃止済み, 失効, 破棄",
        "ko": "폐기, 폐기됨, 더 이상 사용되지 않음, 사용 중단",
    },
    Status.SUPERSEDED: {
        "en": "superseded, superceded, superseeded, supersceded, replaced, overridden",
        "de": "ersetzt, abgelöst",
        "fr": "remplacé, remplacée, supplanté, supplantée",
        "es": "reemplazado, reemplazada, sustituido, sustituida, superado, superada",
        "pt": "substituído, substituída, substituido, substituida, superado, superada",
        "it": "sostituito, sostituita, superato, superata",
        "nl": "vervangen",
        "pl": "zastąpiony, zastąpiona, zastąpiono, zastąpione",
        "ru": "заменено, заменен, заменён, заменена, замещено",
        "uk": "замінено",
        "cs": "nahrazeno",
        "sv": "ersatt, ersätts",
        "da": "erstattet",
        "no": "erstattet",
        "fi": "korvattu",
        "tr": "yerini aldı, değiştirildi",
        "zh": "已取代, 取代, 被取代, 已被取代, 已替代, 被替代, 已被替代, 已替换, 被替换, 已被替换",
        "ja": "置き換え, 置換, 置き換え済み, 代替済み, 置き換えられた",
        "ko": "대체, 대체됨",
    },
}

# What one record says of another, without its target.
RELATION_WORDS: Mapping[Relation, Mapping[str, str]] = {
    Relation.SUPERSEDED_BY: {
        "en": (
            "superseded by, superceded by, superseeded by, supersceded by, superseded in, superseded with, "
            "replaced by, replaced with, replaced in, obsoleted by, overridden by, deprecated by, "
            "deprecated in favor of, deprecated in favour of, deprecate in favor of, retired in favor of, "
            "superseded-by, superseded_by, supersededby, superceded-by, superceded_by, replaced-by, replaced_by, "
            "replacedby, obsoleted-by"
        ),
        "de": "ersetzt durch, abgelöst durch, überholt durch, wird ersetzt durch",
        "fr": "remplacé par, remplacée par, supplanté par, supplantée par, superseded par",
        "es": "reemplazado por, reemplazada por, sustituido por, sustituida por, superado por, superada por",
        "pt": "substituído por, substituída por, substituido por, substituída pela, substituído pelo, superado por",
        "it": "sostituito da, sostituita da, superato da, superata da",
        "nl": "vervangen door",
        "pl": "zastąpiony przez, zastąpiona przez, zastąpione przez",
        "ru": "заменено на, заменено, заменен на, заменён на, замещено",
        "uk": "замінено на",
        "sv": "ersatt av, ersätts av",
        "da": "erstattet af",
        "no": "erstattet av",
        "zh": "已被取代, 被取代, 取代者, 替代者, 被替代, 被替换, 被, superseded by",
        "ja": "置き換え先, 後継",
        "ko": "대체됨, 다음으로 대체",
    },
    Relation.SUPERSEDES: {
        "en": (
            "supersedes, supercedes, superseeds, superceeds, supersede, superseding, replaces, obsoletes, overrides"
        ),
        "de": "ersetzt, löst ab",
        "fr": "remplace, supplante, supersède",
        "es": "reemplaza, sustituye, reemplaza a, sustituye a",
        "pt": "substitui, supera",
        "it": "sostituisce",
        "nl": "vervangt",
        "pl": "zastępuje",
        "ru": "заменяет, замещает",
        "uk": "замінює",
        "sv": "ersätter",
        "da": "erstatter",
        "no": "erstatter",
        "zh": "取代了, 取代, 替代, 替换",
        "ja": "置き換える, 置き換え元",
        "ko": "대체함",
    },
    Relation.AMENDED_BY: {
        "en": (
            "amended by, amended in, modified by, updated by, extended by, expanded by, changed by, revised by, "
            "clarified by, partially superseded, amended-by, amended_by, amendedby"
        ),
        "de": "ergänzt durch, geändert durch, erweitert durch",
        "fr": "amendé par, amendée par, modifié par, modifiée par, complété par, révisé par, révisée par",
        "es": "modificado por, modificada por, enmendado por, enmendada por, ampliado por",
        "pt": "alterado por, alterada por, emendado por, modificado por, complementado por",
        "it": "modificato da, modificata da, emendato da",
        "nl": "aangepast door, gewijzigd door",
        "ru": "изменено, дополнено",
    },
    Relation.AMENDS: {
        "en": "amends, amending, modifies, revises, updates",
        "de": "ergänzt, ändert, erweitert",
        "fr": "amende, modifie, complète, révise",
        "es": "modifica, enmienda",
        "pt": "altera, emenda, modifica",
        "it": "modifica, emenda",
        "nl": "wijzigt",
        "ru": "изменяет, дополняет",
    },
    Relation.DEPENDS_ON: {
        "en": (
            "depends on, depends upon, depends-on, depends_on, dependson, builds on, builds upon, requires, based on"
        ),
        "de": "hängt ab von, basiert auf, baut auf",
        "fr": "dépend de, basé sur, s'appuie sur",
        "es": "depende de, basado en, basada en",
        "pt": "depende de, baseado em",
        "it": "dipende da, basato su",
        "nl": "hangt af van, bouwt voort op",
        "ru": "зависит от, основано на",
        "zh": "依赖于, 依赖",
    },
    Relation.REFINES: {
        "en": "refines, elaborates on, elaborates, extends, expands on, completes, details",
        "de": "verfeinert, konkretisiert, präzisiert",
        "fr": "affine, précise, étend, prolonge",
        "es": "refina, amplía, detalla",
        "pt": "refina, detalha, estende",
        "it": "raffina, estende",
        "nl": "verfijnt",
        "ru": "уточняет",
    },
    Relation.RELATES_TO: {
        "en": (
            "relates to, related to, relates-to, relates_to, relatesto, related, refined by, required by, "
            "see also, see, in favor of, in favour of, linked to, clarifies, clarified by, conflicts with"
        ),
        "de": "bezieht sich auf, siehe auch, siehe, verwandt mit",
        "fr": "lié à, liée à, en lien avec, voir aussi, voir",
        "es": "relacionado con, relacionada con, ver también, véase",
        "pt": "relacionado a, relacionada a, relacionado com, ver também, veja",
        "it": "correlato a, vedi anche, vedi",
        "nl": "gerelateerd aan, zie ook, zie",
        "ru": "связано с, см.",
        "zh": "相关, 参见, 关联",
    },
}

# Words that turn a supersession into an amendment.
PARTLY = (
    "partially, partly, in part, some of, some aspects of, parts of, part of, some parts of, aspects of, "
    "portions of, teilweise, partiellement, parcialmente, parzialmente, gedeeltelijk, частично, 部分"
)

# Words that make a statement a plan, a wish or its opposite.
HEDGES = (
    "not, likely, will, would, may, might, could, should, can, must, to be, until, unless, if, when, once, soon, "
    "never, nicht, pas, no"
)


def words_of(entry: str) -> tuple[str, ...]:
    """The words of one entry of a table."""
    return tuple(entry.split(", "))
