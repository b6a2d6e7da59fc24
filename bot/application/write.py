"""Write to somebody outside the chat whom a question is for: one mail, with a link that answers this question alone."""

from bot.application.conclude import conclude
from bot.application.errand import Errand, run_errand
from bot.application.parts import Parts
from bot.application.past import is_from_before
from bot.domain.asking import REMINDER
from bot.domain.effect import Write
from bot.domain.errors import Broken, Refused
from bot.domain.event import Failed, Problem
from bot.domain.outside import LETTER, address_of, key_of_mail
from bot.domain.person import ENGINE
from bot.domain.run import Question, Run
from bot.domain.slip import Slip
from bot.domain.text import one_line
from bot.intents.mail import SendMail
from bot.ports.store import Lease
from bot.ports.system import Retry

LONGEST_SUBJECT = 120
TEXT = """\
{text}

Please answer here:
{link}

The link works once, until {until} UTC, and for this question only. Whoever has it can answer, so please pass it on to
nobody. If you do not know what this is about, you need not do anything.
"""
REMINDED = "This is a reminder. If you have answered already, there is nothing left to do.\n\n"


async def write(parts: Parts, lease: Lease, run: Run, effect: Write) -> None:
    """Send it. A mail whose fate nobody knows is not sent again: a person looks."""
    try:
        errand = _errand(parts, lease, run, effect)
    except (Refused, Broken) as error:
        failed = Failed(parts.clock.now(), ENGINE, effect.step, Problem.REFUSED, error.message, effect.n, lease.attempt)
        await conclude(parts, lease, failed)
    else:
        await run_errand(parts, lease, parts.terms(run), errand)


def _errand(parts: Parts, lease: Lease, run: Run, effect: Write) -> Errand:
    terms, question = parts.terms(run), run.questions[effect.step]
    now = terms.now or terms.brief
    if not now.may_change(LETTER) or question.group not in now.outsiders:
        raise Broken(f"The brief as it is now does not allow {LETTER}, or does not know {question.group}.")
    to = address_of(run, terms, question.group)
    binding = parts.systems.binding(LETTER)
    if binding is None:
        raise Broken(f"{LETTER} is not connected to any system, so nobody outside can be asked.")
    letter = _letter(parts, run, question, effect, to)
    # Of a call that is known not to have arrived, its lease was given back; one that was not, may have left.
    again = lease.attempt > 1 and binding.retry is not Retry.BLIND
    before = is_from_before(parts, run)
    return Errand(
        step=effect.step,
        n=effect.n,
        intent=letter,
        key=key_of_mail(run, effect.step, to, effect.until, effect.n),
        binding=binding,
        system=parts.systems.of(SendMail.system),
        begun_at=lease.created_at,
        interrupted=lease.interrupted or again or before,
        asks_first=before and binding.retry is not Retry.BLIND,
    )


def _letter(parts: Parts, run: Run, question: Question, effect: Write, to: str) -> SendMail:
    slip = Slip(run.id, question.step, parts.pseudonym(to), effect.until)
    said = TEXT.format(text=question.text, link=parts.link_to(slip), until=f"{effect.until:%Y-%m-%d %H:%M}")
    subject = one_line(question.text, LONGEST_SUBJECT)
    try:
        return SendMail(to=to, subject=subject, body=f"{REMINDED if effect.n == REMINDER else ''}{said}")
    except ValueError:
        raise Broken(f"What stands in the address of {question.group} is none that mail can be sent to.") from None
