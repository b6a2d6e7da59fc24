"""A reviewer asks for more; whoever requested it answers, and whoever asked hears the answer."""

from bot.domain.deciding import MORE
from bot.domain.effect import Tell, Telling
from bot.domain.event import Verdict
from bot.domain.frozen import replace
from bot.domain.run import GateStatus
from tests.made import LEO, MIA, OLGA, SAM, Watched, credit_run


def asked(played: Watched, by: object = MIA, text: str = "Which order?") -> Watched:
    assert by in (MIA, LEO)
    return played.decide(Verdict.COMMENT, MIA if by is MIA else LEO, reason=MORE, text=text)


def kinds(played: Watched) -> list[str]:
    return [one.kind for one in played.gate.remarks]


def answers(played: Watched, to: str) -> list[str]:
    return [one.text for one in played.told if one.to == to and "answers about" in one.text]


def test_a_question_reaches_the_requester_in_a_way_that_can_be_answered() -> None:
    played = asked(credit_run())
    (told,) = [one for one in played.told if one.how is Telling.QUESTION]
    assert (told.to, told.step) == ("requester", played.gate.step)
    assert "Which order?" in told.text
    assert played.gate.status is GateStatus.OPEN


def test_the_answer_goes_onto_the_card_and_to_whoever_asked() -> None:
    played = asked(credit_run()).decide(Verdict.COMMENT, SAM, text="The second.")
    assert kinds(played) == ["question", "answer"]
    assert len(answers(played, MIA.id)) == 1
    assert "The second." in answers(played, MIA.id)[0]


def test_everybody_who_asked_since_the_last_answer_hears_the_next_one() -> None:
    played = asked(asked(asked(credit_run()), LEO, "How many?"), MIA, "And when?")
    played.decide(Verdict.COMMENT, SAM, text="Two, in May.")
    assert [len(answers(played, who.id)) for who in (MIA, LEO)] == [1, 1]
    asked(played, LEO, "Sure?").decide(Verdict.COMMENT, SAM, text="Yes.")
    assert [len(answers(played, who.id)) for who in (MIA, LEO)] == [1, 2]


def test_what_the_requester_says_unasked_is_a_comment() -> None:
    played = asked(credit_run()).decide(Verdict.COMMENT, SAM, text="The second.")
    played.decide(Verdict.COMMENT, SAM, text="Thank you.")
    assert kinds(played) == ["question", "answer", "comment"]
    assert len(answers(played, MIA.id)) == 1


def test_what_others_say_is_no_answer() -> None:
    played = asked(credit_run()).decide(Verdict.COMMENT, LEO, text="I think the second.")
    played.decide(Verdict.COMMENT, OLGA, text="So do I.")
    assert kinds(played) == ["question", "comment", "comment"]
    assert answers(played, MIA.id) == []


def test_where_no_person_asked_for_the_run_its_owner_is_asked() -> None:
    played = credit_run()
    played.run = replace(played.run, origin=replace(played.run.origin, requester="cron:daily"))
    asked(played)
    assert [one.to for one in played.told if one.how is Telling.QUESTION] == ["owner"]
    played.decide(Verdict.COMMENT, OLGA, text="The second.")
    assert kinds(played)[-1] == "answer"


def test_a_notice_asks_nothing_unless_it_says_so() -> None:
    assert Tell("owner", "Look.").how is Telling.NOTICE
