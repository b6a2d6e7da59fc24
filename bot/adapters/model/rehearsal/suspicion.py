"""Text that tries to give instructions to whoever reads it. Such sentences are set aside before anything is counted.

Rules know only the usual ways of saying it. What protects a run is elsewhere: a model has no tools, its answer is a
closed form, and a person decides.
"""

import re

_ANY = r"(?:\W+\w+){0,4}\W+"
_PATTERNS = (
    # "ignore all previous instructions", in five languages
    rf"\b(?:ignore|disregard|forget|override|bypass)\b{_ANY}(?:instruction|prompt|rule|guideline|direction|context)",
    rf"\b(?:ignorier|vergiss|missacht)\w*{_ANY}(?:anweisung|instruktion|regel|vorgabe)",
    rf"\b(?:ignore[rz]?|oublie[rz]?)\b{_ANY}(?:instruction|consigne|règle)",
    rf"\b(?:ignor|olvid)\w+{_ANY}(?:instruccion|regla)",
    rf"\b(?:ignor|esque)\w+{_ANY}(?:instruç|regra)",
    # speaking to a machine
    r"\byou are (?:now )?(?:an? |the )?(?:\w+ ){0,2}(?:ai|assistant|model|bot|chatgpt|dan)\b",
    r"\b(?:as|dear|hey|attention) (?:an? |the )?(?:ai|assistant|language model|chatbot|llm)\b",
    r"\b(?:system prompt|developer message|jailbreak|do anything now|from now on,? you)\b",
    r"^\W*(?:system|assistant|developer|admin(?:istrator)?)\s*(?:message|note|prompt|override)?\s*:",
    r"<\|?\s*/?\s*(?:system|im_start|im_end|assistant|instructions?)\b",
    r"\[/?(?:inst|system)\]|^[^\w#]*#{2,}\s*(?:instructions?|system)\b",
    r"(?<!-)-{3,}\s*(?:end|begin|start|stop)\b",
    # telling what the answer has to be
    r"\b(?:classify|categori[sz]e|label|triage|rate) (?:this|the|my) (?:ticket|message|request|e-?mail|case|text) as\b",
    r"\bset (?:the |your )?(?:category|confidence|urgency|urgent|priority|label|output|answer|field)\w* to\b",
    r"\b(?:reply|respond|answer|output)\W+(?:only\b|with (?:exactly|only|nothing but)\b)",
    r"\b(?:auto-?approve|approve (?:(?:this|it|them|all) )?(?:everything|automatically|without|at once)"
    r"|skip (?:the )?(?:review|approval)|no doubts|new instructions?\s*:)",
    r"\"(?:category|approved|confidence|role|urgent|decision|instructions?)\"\s*:",
)
_TRIES = re.compile("|".join(_PATTERNS), re.IGNORECASE)


def tries_to_instruct(text: str) -> bool:
    """Whether a text speaks to the machine that reads it rather than to a person."""
    return _TRIES.search(text) is not None
