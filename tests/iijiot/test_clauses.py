"""The index of the terms, and clauses as values."""

import re
from copy import deepcopy

import pytest
from django.utils.translation import override

from iijiot.clause_index import PROVISIONS
from iijiot.clauses import Clause, UnknownClause, all_clauses, behavioural


@pytest.mark.parametrize(
    ("name", "japanese", "english"),
    [
        ("PMG5.2", "プライベートモバイルゲートウェイ 第5条第2項", "Private Mobile Gateway, art. 5(2)"),
        ("G14.1.3", "一般規程 第14条第1項第3号", "General provisions, art. 14(1) item 3"),
        ("G8", "一般規程 第8条", "General provisions, art. 8"),
        ("G14", "一般規程 第14条", "General provisions, art. 14"),
        ("G38.4", "一般規程 第38条第4項", "General provisions, art. 38(4)"),
        ("G20.2", "一般規程 第20条第2号", "General provisions, art. 20 item 2"),
        ("MA8.1", "モバイルアクセス 第8条第1号", "Mobile Access, art. 8 item 1"),
        ("WPC2", "WISE-PaaS コネクタ 第2条（最低利用期間）", "WISE-PaaS Connector, art. 2 (minimum term)"),
        ("WPC3", "WISE-PaaS コネクタ 第2条（利用資格）", "WISE-PaaS Connector, art. 2 (eligibility)"),
        ("G.S", "一般規程 附則", "General provisions, suppl."),
        ("MA.S2", "モバイルアクセス 附則第2項", "Mobile Access, suppl. (2)"),
    ],
)
def test_a_clause_is_cited_as_people_cite_it(name, japanese, english):
    clause = Clause(name)
    with override("ja"):
        assert clause.citation == japanese
    with override("en"):
        assert clause.citation == english


@pytest.mark.parametrize("name", ["PMG5.3", "G38.3", "IOT3.9", "WPC3.1", "g14", "G14.1.8", "G.S1", "", "第14条"])
def test_an_id_that_the_terms_do_not_have_is_refused(name):
    with pytest.raises(UnknownClause, match=re.escape(f"“{name}”")):
        Clause(name)


def test_a_typo_is_answered_with_what_was_meant():
    with pytest.raises(UnknownClause, match=r"Near it: .*PMG5\.2"):
        Clause("PMG52")


def test_a_clause_is_its_id():
    clause = Clause("G14.1.3")
    assert (str(clause), clause.id, clause.provision) == ("G14.1.3", "G14.1.3", "G")
    assert clause == Clause("G14.1.3") == deepcopy(clause)
    assert len({clause, Clause("G14.1.3"), Clause("G14.1.4")}) == 2


@pytest.mark.parametrize("name", ["G14", "G14.1", "G26.1", "G30.2", "G42.2", "PC4", "PMG5", "MA9.1", "MA.S"])
def test_an_article_above_its_parts_can_be_cited_and_needs_no_test(name):
    assert Clause(name).kind == "-"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("G5.4", "B"), ("G1", "R"), ("G7", "-"), ("PC6", "B"), ("PC7", "R"), ("G40.2.5", "B"), ("VPN.S", "B")],
)
def test_a_clause_knows_whether_it_needs_a_test(name, kind):
    assert Clause(name).kind == kind
    assert (Clause(name) in behavioural()) is (kind == "B")


def test_titles_follow_the_language():
    with override("ja"):
        assert Clause("G29.1").title == "解約申込書"
    with override("en"):
        assert Clause("G29.1").title == "Termination notice on the form"
    with override(None):
        assert Clause("G29.1").title == "解約申込書"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_clause_has_a_short_title_and_its_own_citation(language):
    with override(language):
        citations = {clause.citation for clause in all_clauses()}
        assert len(citations) == len(all_clauses())
        assert all(0 < len(clause.title) <= 45 for clause in all_clauses())


def test_the_index_follows_the_terms_through_all_provisions():
    provisions = list(dict.fromkeys(clause.provision for clause in all_clauses()))
    assert provisions == list(PROVISIONS)
    articles = [clause.id for clause in all_clauses() if re.fullmatch(r"G\d+", clause.id)]
    assert articles == [f"G{number}" for number in range(1, 47)]
