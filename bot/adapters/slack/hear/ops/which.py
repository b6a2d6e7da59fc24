"""Which run or workflow somebody means; where it is none or several, what there is."""

from bot.adapters.slack.hear.ops.said import Ops, Said
from bot.adapters.slack.hear.ops.verb import BY_NAME
from bot.domain.errors import Unknown
from bot.domain.run import RunId, short
from bot.domain.text import hint, one_line
from bot.ports.queries import RunLine

MOST = 10


async def run_meant(ops: Ops, said: Said, verb: str) -> RunId:
    """The run whose id begins or ends as typed. Unfit without a word; Unknown where none is, or several are."""
    word = said.need("a run", f"{BY_NAME[verb].for_example}\n/ops runs lists what is under way.")
    found = await ops.parts.store.queries.called(word, limit=MOST + 1)
    if len(found) == 1 or (found and found[0].id == word):
        return found[0].id
    typed = one_line(word, 60)
    if not found:
        raise Unknown(f"No run begins or ends with “{typed}”. /ops runs lists what is under way.")
    listed = "\n".join(map(line_of, found[:MOST]))
    more = f"\nThere are more than these {MOST}." if len(found) > MOST else ""
    raise Unknown(f"More than one run begins or ends with “{typed}”. Type more of it:\n{listed}{more}")


def workflow_meant(ops: Ops, said: Said, verb: str) -> str:
    """The workflow that is named. Unfit without a word; Unknown where there is none like it."""
    known = ops.parts.library.every()
    there = f"There is: {', '.join(known)}."
    return known_workflow(ops, said.need("a workflow", f"{BY_NAME[verb].for_example}\n{there}"))


def known_workflow(ops: Ops, name: str) -> str:
    """The same name. Unknown where there is no workflow of it."""
    known = ops.parts.library.every()
    if name not in known:
        mend = hint(name, known, f"There is: {', '.join(known)}.")
        raise Unknown(f"There is no workflow “{one_line(name, 60)}”. {mend}")
    return name


def line_of(line: RunLine) -> str:
    """A run in a list: which, of what, and how it stands."""
    group = line.waiting_for.rpartition(": ")[2]
    stands = f"waits for {group}" if group else line.state.value
    return f"{short(line.id)}  {line.workflow}  {stands}{', held' if line.paused else ''}"
