"""Cards as people read them: approved word for word, nothing cut, nothing hidden, no line too long."""

import unicodedata
from dataclasses import replace

import pytest

from bot.adapters.terminal.messenger import Terminal
from bot.adapters.terminal.text import WIDTH, Row, Tone, lines_of, rows_of
from bot.domain.card import REHEARSED, Card, Deed, Evidence, Line, card_of
from bot.domain.errors import Broken, Transient
from bot.domain.plain import Plain
from bot.domain.run import Gate, GateStatus, Remark, Run, Source
from bot.domain.text import visible
from bot.testing.play import Play
from tests.adapters.terminal.plays import CARDS, PLAYS, card, drawn, file_of
from tests.made import Idea, Watched, asking, credit_run, terms_of, three_run, triage_run
from tests.naughty import HUGE, SHORT_TEXTS, every_short_text

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def squeezed(text: str) -> str:
    """The text without the white space that lines are broken at."""
    return "".join(text.split())


def refuse_trickery(lines: list[str]) -> None:
    """Nothing on the screen moves the cursor, turns the reading around or is half a letter."""
    for line in lines:
        assert not set(line) & BIDI
        assert not {unicodedata.category(letter) for letter in line} & {"Cc", "Cs", "Co", "Zl", "Zp"}, line


# --- word for word ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLAYS)
def test_the_card_is_as_it_was_approved(name: str) -> None:
    assert drawn(name) == file_of(name).read_text(encoding="utf-8")


def test_every_approved_text_is_of_a_card() -> None:
    assert set(CARDS.iterdir()) == {file_of(name) for name in PLAYS}


@pytest.mark.parametrize("width", [60, WIDTH, 200])
@pytest.mark.parametrize("name", PLAYS)
def test_no_line_is_longer_than_the_screen_is_wide(name: str, width: int) -> None:
    assert max(map(len, lines_of(card(PLAYS[name]()), width=width))) <= width


@pytest.mark.parametrize("name", PLAYS)
def test_a_narrow_screen_says_the_same_as_a_wide_one(name: str) -> None:
    one = card(PLAYS[name]())
    narrow, wide = (squeezed("".join(lines_of(one, width=width))) for width in (60, 400))
    assert narrow == wide


def test_a_card_of_a_step_without_gate_and_question_is_none() -> None:
    played = credit_run()
    assert card_of(played.run, played.terms, "ticket") is None
    assert card_of(played.run, played.terms, "nowhere") is None


# --- what can be done with it ----------------------------------------------------------------------------------------

VERBS = {
    "open": "approve",
    "quorum": "approve",
    "assisted": "done-by-me",
    "done by me": "done-by-me",
    "shadow": "done-by-me",
    "inquired": "answer",
    "filled in": "answer",
    "confirm stop": "approve",
}


@pytest.mark.parametrize(("name", "verb"), VERBS.items())
def test_the_first_verb_is_the_main_one(name: str, verb: str) -> None:
    assert card(PLAYS[name]()).verbs[0] == verb


@pytest.mark.parametrize("name", ["approved", "approved by two", "rejected", "expired", "policy"])
def test_what_is_decided_offers_nothing_any_more(name: str) -> None:
    one = card(PLAYS[name]())
    assert one.verbs == ()
    assert one.then == ""


@pytest.mark.parametrize("status", GateStatus)
def test_every_state_of_a_gate_has_a_sentence_and_only_open_ones_say_when_they_run_out(status: GateStatus) -> None:
    played = credit_run().reject("@ines", "other")
    gate = replace(played.gate, status=status)
    one = card_of(with_gate(played, gate), played.terms, gate.step)
    assert one is not None
    assert one.standing.endswith(".")
    assert bool(one.verbs) is (status is GateStatus.OPEN)
    assert any("runs out" in note for note in one.notes) is (status is GateStatus.OPEN)


def test_a_fingerprint_is_the_beginning_of_what_an_approval_holds_to() -> None:
    played = credit_run()
    assert played.gate.digest.startswith(card(played).fingerprint)
    assert len(card(played).fingerprint) == 8


def test_an_edit_gives_the_card_another_fingerprint_and_version() -> None:
    before, after = card(credit_run()), card(PLAYS["edited"]())
    assert (before.version, after.version) == (1, 2)
    assert before.fingerprint != after.fingerprint


def test_identifiers_are_marked_as_fixed() -> None:
    lines = card(credit_run()).deeds[0].lines
    assert [line.name for line in lines if line.fixed] == ["customer_id"]


def test_an_id_that_is_only_promised_says_who_will_bring_it() -> None:
    tag = card(three_run()).deeds[1]
    assert tag.lines[0] == Line("ticket_id", "(the id that “second” will bring back)", fixed=True)


def test_a_card_that_rests_on_the_rehearsal_model_says_so_first() -> None:
    played = credit_run()
    idea = replace(played.run.steps["idea"], source=Source.REHEARSAL)
    run = replace(played.run, steps={**played.run.steps, "idea": idea})
    one = card_of(run, played.terms, "approved")
    assert one is not None
    assert next(iter(rows_of(one))) == Row(f"[{REHEARSED}]", Tone.BANNER)
    assert card(played).banner == ""


def test_what_a_run_cost_stands_in_the_small_print() -> None:
    played = credit_run()
    one = card_of(replace(played.run, spent_micros=12_300), played.terms, "approved")
    assert one is not None
    assert "Cost so far: 0.0123 USD" in one.notes


def test_a_confidence_that_is_not_known_is_not_made_up() -> None:
    played = credit_run()
    idea = replace(played.run.steps["idea"], confidence=None)
    one = card_of(replace(played.run, steps={**played.run.steps, "idea": idea}), played.terms, "approved")
    assert one is not None
    assert one.confidence == "idea: not known"


def test_a_remark_without_words_ends_where_it_ends() -> None:
    played = credit_run()
    remark = Remark("play/eve", played.now, "reassign", "")
    one = card_of(with_gate(played, replace(played.gate, remarks=(remark,))), played.terms, played.gate.step)
    assert one is not None
    assert one.remarks == ("play/eve (reassign)",)


# --- bad input: each text, in each place a stranger can write to ------------------------------------------------------


def with_gate(played: Play, gate: Gate) -> Run:
    return replace(played.run, gates={**played.run.gates, gate.step: gate})


def told(text: str) -> list[str]:
    """A card that has the text in evidence, a parameter, a doubt and a remark."""
    played = credit_run()
    gate, steps = played.gate, played.run.steps
    remark = Remark("play/eve", played.now, "comment", text)
    ticket: dict[str, Plain] = {"body": text, "more": [text, None], "nested": {"subject": text}}
    proposal = gate.proposals[0]
    storable = text.encode("utf-8", "replace").decode()  # a proposal is typed, and no type takes half a letter
    proposals = (replace(proposal, data={**proposal.data, "reason": storable}),)
    run = replace(
        with_gate(played, replace(gate, remarks=(remark,), proposals=proposals)),
        steps={
            **steps,
            "ticket": replace(steps["ticket"], value=ticket),
            "idea": replace(steps["idea"], doubts=(text,)),
        },
    )
    one = card_of(run, played.terms, gate.step)
    assert one is not None
    return [*lines_of(one)]


def fits(text: str) -> bool:
    return len(text) <= 200


@pytest.mark.parametrize("text", [pytest.param(t, id=n) for n, t in SHORT_TEXTS.items() if fits(t)])
def test_nothing_that_somebody_wrote_is_cut_or_hidden(text: str) -> None:
    lines = told(text)
    refuse_trickery(lines)
    assert max(map(len, lines)) <= WIDTH
    flat = squeezed("".join(lines))
    assert flat.count(squeezed(visible(text))) >= 5


@every_short_text
def test_a_rejection_cannot_forge_the_card_either(text: str) -> None:
    played = credit_run().reject("@ines", "other")
    vote = replace(played.gate.denials[0], text=text)
    one = card_of(with_gate(played, replace(played.gate, denials=(vote,))), played.terms, "approved")
    assert one is not None
    lines = [*lines_of(one)]
    refuse_trickery(lines)
    assert max(map(len, lines)) <= WIDTH
    assert squeezed(visible(text)) in squeezed("".join(lines))


@every_short_text
def test_a_question_cannot_hide_anything_in_what_it_asks(text: str) -> None:
    played = Watched(terms_of(asking("support")), reads={})
    question = replace(played.question, text=text, draft={"colour": text})
    one = card_of(replace(played.run, questions={question.step: question}), played.terms, question.step)
    assert one is not None
    lines = [*lines_of(one)]
    refuse_trickery(lines)
    assert max(map(len, lines)) <= WIDTH
    assert squeezed("".join(lines)).count(squeezed(visible(text))) >= 1


def test_a_name_turned_around_is_seen_as_what_it_is() -> None:
    assert any("invoice_⟨U+202E⟩gpj.exe" in line for line in told(SHORT_TEXTS["right-to-left override"]))


@pytest.mark.parametrize("forged", ["Approved by play/olga.", "  cents        1", "It can be taken back."])
def test_a_line_in_a_text_does_not_begin_where_the_lines_of_the_card_do(forged: str) -> None:
    """Whoever writes a ticket must not be able to write lines of the card."""
    lines = told(f"Hello.\n{forged}\nBye.")
    assert forged not in lines
    assert forged.strip() not in [line[:-1] for line in lines]


@pytest.mark.parametrize("name", ["one long word", "many brackets", "many digits", "many at signs", "many short words"])
def test_a_long_text_is_shown_to_its_last_letter(name: str) -> None:
    text = HUGE[name][:19_990] + " the end."
    one = Card("T", "S", (), evidence=(Evidence("ticket", "trigger", (Line("body", text),)),))
    lines = [*lines_of(one)]
    assert squeezed(text) in squeezed("".join(lines))
    assert max(map(len, lines)) <= WIDTH


def test_the_smallest_card_there_can_be_is_drawn() -> None:
    assert [line for line in lines_of(Card("T", "S", ())) if line] == ["T", "S"]


def test_a_value_with_empty_lines_keeps_them() -> None:
    one = Card("T", "S", (), deeds=(Deed("D", "r", (Line("body", "Dear Ana,\n\nbye.\n"),), "Undo."),))
    assert [*lines_of(one)][3:7] == ["  body  Dear Ana,", "", "        bye.", "  Undo."]


def test_a_fixed_value_that_fills_the_line_leaves_room_for_its_mark() -> None:
    one = Card("T", "S", (), deeds=(Deed("D", "r", (Line("id", "w" * 300, fixed=True),), "U."),))
    lines = [*lines_of(one)]
    assert max(map(len, lines)) <= WIDTH
    assert sum(line.count("w") for line in lines) == 300
    assert sum("(fixed)" in line for line in lines) == 1


def test_a_plan_whose_titles_are_long_breaks_them() -> None:
    heads = [row for row in rows_of(card(three_run()), width=60) if row.tone is Tone.HEAD]
    assert len(heads) == 5  # two lines for the longest of three titles, and one for the evidence
    assert heads[-1].text == "ticket (from trigger)"


# --- the messenger ---------------------------------------------------------------------------------------------------


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def terminal(written: list[str]) -> Terminal:
    return Terminal(written.append)


async def test_a_card_is_written_as_one_text(terminal: Terminal, written: list[str]) -> None:
    played = credit_run()
    assert await terminal.show(played.run, played.terms, "approved") == "terminal"
    assert [text + "\n" for text in written] == [drawn("open")]


async def test_where_there_is_no_card_nothing_is_written(terminal: Terminal, written: list[str]) -> None:
    played = credit_run()
    assert await terminal.show(played.run, played.terms, "ticket") == "terminal"
    assert written == []


async def test_a_message_says_to_whom_and_of_which_run(terminal: Terminal, written: list[str]) -> None:
    assert await terminal.tell(credit_run().run, "play/mia", "It waits for you.") == "terminal"
    assert written == ["To play/mia: It waits for you. (run play-1)"]


@every_short_text
async def test_a_message_hides_nothing(terminal: Terminal, written: list[str], text: str) -> None:
    await terminal.tell(credit_run().run, "play/mia", text)
    refuse_trickery([part.replace("\t", " ") for part in written[0].split("\n")])
    assert visible(text) in written[0]


@pytest.mark.parametrize("error", [Transient("\x1b[2JDown."), Broken("\x1b[2JDown.")])
def test_what_another_machine_answered_moves_no_cursor(error: Transient | Broken) -> None:
    played = triage_run(answers={"triage": error})
    lines = [*lines_of(card(played))]
    refuse_trickery(lines)
    assert any("⟨U+001B⟩[2JDown." in line for line in lines)


def test_an_idea_as_long_as_it_may_be_is_shown_whole() -> None:
    note = "x" * 199 + "."
    assert squeezed(note) in squeezed("".join(lines_of(card(credit_run(Idea(cents=1, note=note))))))
