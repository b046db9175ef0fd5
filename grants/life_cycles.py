"""The life cycles of grants as tables. ``grants.workflow`` holds one function for each verb."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

CALL = LifeCycle(
    "grants.call",
    (
        State("draft", _("Luonnos"), tone="none"),
        State("published", _("Julkaistu"), tone="ok"),
        State("handling", _("Käsittelyssä"), tone="info"),
        State("presented", _("Esitetty päättäjälle"), _("Käsittelyssä"), tone="wait"),
        State("decided", _("Päätetty"), tone="ok"),
        State("cancelled", _("Peruttu"), tone="bad"),
    ),
    (
        Transition("ask_publishing", ("draft",), "draft", "grants.call.manage", _("Pyydä julkaisua")),
        Transition("return_call", ("draft",), "draft", "grants.call.check", _("Palauta korjattavaksi")),
        Transition("take_back_request", ("draft",), "draft", "grants.call.manage", _("Ota pyyntö takaisin")),
        Transition(
            "publish_call",
            ("draft",),
            "published",
            "grants.call.publish",
            _("Julkaise haku"),
            condition="where the kind wants two pairs of eyes, another than who asked",
        ),
        Transition("cancel_call", ("draft", "published"), "cancelled", "grants.call.manage", _("Peru haku")),
        Transition("extend_call", ("published",), "published", "grants.call.manage", _("Jatka hakuaikaa")),
        *(
            Transition("record_budget", (state,), state, "grants.call.manage", _("Kirjaa talousarviopäätös"))
            for state in ("published", "handling", "presented")
        ),
        Transition("open_handling", ("published",), "handling", "grants.call.manage", _("Aloita käsittely")),
        Transition("present_call", ("handling",), "presented", "grants.call.present", _("Esitä toimielimelle")),
        Transition("take_back", ("presented",), "handling", "grants.call.present", _("Palauta valmisteluun")),
        Transition("lay_call", ("handling",), "presented", "grants.call.lay", _("Esitä viranhaltijalle")),
        Transition("take_back_laid", ("presented",), "handling", "grants.call.lay", _("Palauta valmisteluun")),
        Transition("decide_as_official", ("presented",), "decided", "grants.call.official", _("Päätä")),
        Transition(
            "decide_as_official",
            ("presented",),
            "presented",
            "grants.call.official",
            _("Päätä"),
            condition="some of the cases still wait for the office-holder",
        ),
        Transition("record_decisions", ("presented",), "decided", "grants.call.decide", _("Kirjaa päätökset")),
        Transition(
            "record_decisions",
            ("presented",),
            "handling",
            "grants.call.decide",
            _("Kirjaa päätökset"),
            condition="the body tabled or returned some of the cases, or the whole matter",
        ),
    ),
)

APPLICATION = LifeCycle(
    "grants.application",
    (
        State("draft", _("Luonnos"), tone="wait"),
        State("submitted", _("Saapunut"), _("Lähetetty"), tone="info"),
        State("in_handling", _("Käsittelyssä"), tone="info"),
        State("decided", _("Päätetty"), tone="ok"),
        State("withdrawn", _("Peruutettu"), tone="none"),
        State("transferred", _("Siirretty"), _("Siirretty toiselle viranomaiselle"), tone="none"),
    ),
    (
        Transition("submit_application", ("draft",), "submitted", "grants.application.submit", _("Lähetä hakemus")),
        *(
            Transition(
                "enter_paper_application",
                ("draft",),
                target,
                "grants.application.paper",
                _("Kirjaa saapuneeksi"),
                condition=f"it came on paper, and {condition}",
            )
            for target, condition in (
                ("submitted", "the call has not been taken up"),
                ("in_handling", "the call is in handling"),
            )
        ),
        Transition(
            "restore_unsent",
            ("draft",),
            "submitted",
            "grants.call.manage",
            _("Palauta lähetetty"),
            condition="the reopened application was not sent again before the call closed",
        ),
        Transition("reopen_application", ("submitted",), "draft", "grants.application.submit", _("Muuta hakemusta")),
        Transition(
            "withdraw_application",
            ("submitted", "in_handling"),
            "withdrawn",
            "grants.application.submit",
            _("Peruuta hakemus"),
        ),
        Transition(
            "transfer_case", ("submitted", "in_handling"), "transferred", "grants.case.work", _("Siirrä viranomaiselle")
        ),
        Transition("take_up", ("submitted",), "in_handling", "grants.call.manage", _("Ota käsittelyyn")),
        Transition("decide", ("in_handling",), "decided", "grants.call.decide", _("Kirjaa päätös")),
    ),
)

ASSESSMENT = LifeCycle(
    "grants.assessment",
    (
        State("open", _("Kesken"), tone="wait"),
        State("done", _("Valmis"), tone="ok"),
    ),
    (
        Transition("finish_assessment", ("open",), "done", "grants.assessment.edit", _("Merkitse valmiiksi")),
        Transition("reopen_assessment", ("done",), "open", "grants.assessment.edit", _("Avaa uudelleen")),
    ),
)

DECISION = LifeCycle(
    "grants.decision",
    (
        State("recorded", _("Kirjattu"), _("Päätetty"), tone="wait"),
        State("issued", _("Annettu tiedoksi"), _("Päätös annettu tiedoksi"), tone="info"),
        State("final", _("Lainvoimainen"), tone="ok"),
    ),
    (
        Transition("issue_decision", ("recorded",), "issued", "grants.decision.issue", _("Anna tiedoksi")),
        Transition("make_final", ("issued",), "final", "grants.decision.issue", _("Merkitse lainvoimaiseksi")),
        Transition("correct_decision", ("issued",), "issued", "grants.decision.issue", _("Korjaa virhe")),
        Transition(
            "correct_decision",
            ("final",),
            "final",
            "grants.decision.issue",
            _("Korjaa virhe"),
            condition="a writing error: the periods do not begin anew",
        ),
        Transition(
            "correct_decision",
            ("final",),
            "issued",
            "grants.decision.issue",
            _("Korjaa virhe"),
            condition="an error of substance: the case is decided anew and the periods begin anew",
        ),
        Transition(
            "receive_claim",
            ("final",),
            "issued",
            "grants.claim.register",
            _("Kirjaa oikaisuvaatimus"),
            condition="the claim had arrived in time",
        ),
    ),
)

PAYMENT = LifeCycle(
    "grants.payment",
    (
        State("planned", _("Odottaa"), _("Odottaa maksua"), tone="wait"),
        State("released", _("Hyväksytty maksuun"), _("Maksussa"), tone="info"),
        State("paid", _("Maksettu"), tone="ok"),
    ),
    (
        Transition("release_payment", ("planned",), "released", "grants.payment.release", _("Hyväksy maksuun")),
        Transition("confirm_paid", ("released",), "paid", "grants.payment.release", _("Merkitse maksetuksi")),
        Transition(
            "come_back",
            ("paid",),
            "planned",
            "grants.payment_batch.manage",
            _("Merkitse maksun jälkeen palautuneeksi"),
            condition="the bank returned the money of a batch's line",
        ),
    ),
)

USE_REPORT = LifeCycle(
    "grants.use_report",
    (
        State("open", _("Odotetaan"), _("Odottaa selvitystäsi"), tone="wait"),
        State("submitted", _("Saapunut"), _("Lähetetty"), tone="info"),
        State("returned", _("Palautettu täydennettäväksi"), tone="wait"),
        State("checked", _("Sisältö tarkistettu"), _("Tarkistettavana"), tone="info"),
        State("approved", _("Hyväksytty"), tone="ok"),
    ),
    (
        Transition(
            "submit_use_report", ("open", "returned"), "submitted", "grants.use_report.submit", _("Lähetä selvitys")
        ),
        Transition(
            "return_use_report",
            ("submitted", "checked"),
            "returned",
            "grants.use_report.return",
            _("Palauta täydennettäväksi"),
        ),
        Transition(
            "enter_use_report",
            ("open", "returned"),
            "submitted",
            "grants.use_report.enter",
            _("Kirjaa paperilla saapunut"),
        ),
        *(
            Transition("remind_use_report", (state,), state, "grants.use_report.remind", _("Muistuta"))
            for state in ("open", "returned")
        ),
        Transition("extend_use_report", ("open",), "open", "grants.use_report.check", _("Anna lisäaikaa")),
        Transition("extend_use_report", ("returned",), "returned", "grants.use_report.check", _("Anna lisäaikaa")),
        Transition("check_use_report", ("submitted",), "checked", "grants.use_report.check", _("Sisältö kunnossa")),
        Transition("approve_use_report", ("checked",), "approved", "grants.use_report.approve", _("Hyväksy selvitys")),
    ),
)

CALL_QUESTION = LifeCycle(
    name="grants.call_question",
    states=(
        State("asked", _("Odottaa vastausta"), tone="wait"),
        State("published", _("Vastattu kaikille"), tone="ok"),
        State("private", _("Vastattu kysyjälle"), tone="ok"),
    ),
    transitions=(
        Transition(
            "answer", ("asked", "published", "private"), "published", "grants.question.answer", _("Vastaa kaikille")
        ),
        Transition(
            "answer",
            ("asked",),
            "private",
            "grants.question.answer",
            _("Vastaa vain kysyjälle"),
            condition="the question is about one applicant's own matter",
        ),
    ),
)
