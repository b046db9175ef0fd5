"""The life cycles of what comes of events: topics, memos, actions, ideas."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

TOPIC = LifeCycle(
    "forums.topic",
    (
        State("unconfirmed", _("Sähköpostiosoite vahvistamatta"), _("Vahvista sähköpostisi linkistä"), "wait"),
        State("proposed", _("Odottaa vastausta"), _("Ehdotettu"), "wait"),
        State("taken", _("Otettu ohjelmaan"), tone="ok"),
        State("later", _("Myöhempään tapahtumaan"), tone="info"),
        State("elsewhere", _("Käsitellään muualla"), tone="info"),
        State("declined", _("Ei oteta ohjelmaan"), tone="none"),
    ),
    (
        Transition("confirm", ("unconfirmed",), "proposed", "", condition="the link in the letter was opened"),
        Transition("take", ("proposed",), "taken", "forums.topic.answer", _("Otetaan ohjelmaan")),
        Transition("postpone", ("proposed",), "later", "forums.topic.answer", _("Siirretään toiseen tapahtumaan")),
        Transition("direct", ("proposed",), "elsewhere", "forums.topic.answer", _("Ohjataan muualle")),
        Transition("decline", ("proposed",), "declined", "forums.topic.answer", _("Ei oteta ohjelmaan")),
    ),
)

MEMO = LifeCycle(
    "forums.memo",
    (
        State("draft", _("Luonnos"), tone="wait"),
        State("commenting", _("Kommentoitavana"), tone="info"),
        State("approved", _("Hyväksytty"), tone="ok"),
        State("published", _("Julkaistu"), tone="ok"),
    ),
    (
        Transition("save", ("draft", "commenting"), "draft", "forums.memo.write", condition="the state stays"),
        Transition("ask_comments", ("draft",), "commenting", "forums.memo.write", _("Pyydä kommentteja")),
        Transition("approve", ("draft", "commenting"), "approved", "forums.memo.approve", _("Hyväksy muistio")),
        Transition("reopen", ("approved",), "draft", "forums.memo.approve", _("Palauta luonnokseksi")),
        Transition("publish", ("approved",), "published", "forums.memo.approve", _("Julkaise muistio")),
    ),
)

ACTION = LifeCycle(
    "forums.action",
    (
        State("open", _("Kesken"), tone="wait"),
        State("done", _("Tehty"), tone="ok"),
        State("dropped", _("Luovuttu"), tone="none"),
    ),
    (
        Transition("finish", ("open",), "done", "forums.action.answer", _("Merkitse tehdyksi")),
        Transition("drop", ("open",), "dropped", "forums.action.answer", _("Luovu toimenpiteestä")),
        Transition("reopen", ("done", "dropped"), "open", "forums.action.manage", _("Avaa uudelleen")),
    ),
)

_HANDLE, _MODERATE = "forums.idea.handle", "forums.idea.moderate"
IDEA = LifeCycle(
    "forums.idea",
    (
        State("unconfirmed", _("Sähköpostiosoite vahvistamatta"), _("Vahvista sähköpostisi linkistä"), "wait"),
        State("waiting", _("Odottaa julkaisemista"), _("Luemme ideasi ennen julkaisemista"), "wait"),
        State("refused", _("Ei julkaistu"), tone="none"),
        State("new", _("Uusi"), tone="info"),
        State("preparing", _("Valmistelussa"), tone="info"),
        State("tried", _("Kokeiltavana"), tone="info"),
        State("in_use", _("Käytössä"), tone="ok"),
        State("not_taken", _("Ei toteuteta"), tone="none"),
        State("merged", _("Yhdistetty toiseen ideaan"), tone="none"),
    ),
    (
        Transition("confirm", ("unconfirmed",), "waiting", "", condition="the link in the letter was opened"),
        Transition("publish", ("waiting",), "new", _MODERATE, _("Julkaise idea")),
        Transition("refuse", ("waiting",), "refused", _MODERATE, _("Älä julkaise")),
        Transition("renew", ("new",), "new", _HANDLE, _("Tila on ennallaan")),
        Transition("renew", ("preparing",), "preparing", _HANDLE, _("Tila on ennallaan")),
        Transition("renew", ("tried",), "tried", _HANDLE, _("Tila on ennallaan")),
        Transition("prepare", ("new", "tried", "in_use", "not_taken"), "preparing", _HANDLE, _("Valmistelussa")),
        Transition("try", ("new", "preparing", "in_use"), "tried", _HANDLE, _("Kokeiltavana")),
        Transition("use", ("new", "preparing", "tried"), "in_use", _HANDLE, _("Käytössä")),
        Transition("leave", ("new", "preparing", "tried", "in_use"), "not_taken", _HANDLE, _("Ei toteuteta")),
        Transition("merge", ("new", "preparing", "tried"), "merged", _HANDLE, _("Yhdistä toiseen ideaan")),
    ),
)
#: States of an idea that everybody sees in the register.
IDEA_PUBLIC = ("new", "preparing", "tried", "in_use", "not_taken")
#: States that must be renewed within 60 days: the idea has not reached its end.
IDEA_LIVE = ("new", "preparing", "tried")
