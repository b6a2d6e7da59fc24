"""The languages in which rules can write a letter, and how to tell in which one a text is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.adapters.model.rehearsal.reading import Reading
from bot.adapters.model.rehearsal.task import EXTRACTED, Found
from bot.adapters.model.rehearsal.word import words_of


@dataclass(frozen=True, slots=True)
class Letter:
    """The sentences of a letter in one language."""

    stop_words: str
    hello: str
    hello_formal: str
    good_to_hear: str
    thanks: str
    thanks_plain: str
    sorry: str
    understood: str
    asks: str
    records: str
    urgent: str
    next: str
    warm: str
    close: str
    desk: str
    """Who signs, where nobody else does."""


LETTERS: Mapping[str, Letter] = {
    "en": Letter(
        stop_words="the and is are you we our not for with this that have how can what it of to my your please",
        hello="Hello",
        hello_formal="Dear Sir or Madam",
        good_to_hear="it is good to hear from you.",
        thanks="thank you for your message about “{}”.",
        thanks_plain="thank you for your message.",
        sorry="We are sorry for the trouble.",
        understood="This is how we understood you: “{}”",
        asks="You ask: “{}”",
        records="In our records we see: {}.",
        urgent="We treat this as urgent.",
        next="A colleague is looking into it and will answer you here.",
        warm="We are glad to help. Please write again at any time.",
        close="Kind regards",
        desk="Customer care",
    ),
    "de": Letter(
        stop_words="der die das und ist nicht wir sie ich mit für bitte ein eine auf dem den es wie haben kann zu",
        hello="Guten Tag",
        hello_formal="Sehr geehrte Damen und Herren",
        good_to_hear="wie schön, dass Sie sich melden.",
        thanks="vielen Dank für Ihre Nachricht zu „{}“.",
        thanks_plain="vielen Dank für Ihre Nachricht.",
        sorry="Die Umstände tun uns leid.",
        understood="So haben wir Sie verstanden: „{}“",
        asks="Sie fragen: „{}“",
        records="In unseren Unterlagen steht: {}.",
        urgent="Wir behandeln das als dringend.",
        next="Eine Kollegin oder ein Kollege sieht sich das an und antwortet Ihnen hier.",
        warm="Wir helfen Ihnen gern. Schreiben Sie uns jederzeit wieder.",
        close="Freundliche Grüße",
        desk="Kundenservice",
    ),
    "fr": Letter(
        stop_words="le la les et est nous vous pas pour avec je une un des du ce que notre votre comment depuis",
        hello="Bonjour",
        hello_formal="Madame, Monsieur",
        good_to_hear="quel plaisir de vous lire.",
        thanks="merci pour votre message au sujet de « {} ».",
        thanks_plain="merci pour votre message.",
        sorry="Nous sommes désolés pour la gêne occasionnée.",
        understood="Voici ce que nous avons compris : « {} »",
        asks="Vous demandez : « {} »",
        records="Dans nos dossiers nous voyons : {}.",
        urgent="Nous traitons votre demande en urgence.",
        next="Une personne de l'équipe s'en occupe et vous répondra ici.",
        warm="Nous sommes heureux de vous aider. Écrivez-nous à tout moment.",
        close="Cordialement",
        desk="Le service client",
    ),
    "es": Letter(
        stop_words="el la los las y es no para con una un usted en que mi nuestro cómo puede por desde hemos del",
        hello="Hola",
        hello_formal="Estimados señores",
        good_to_hear="nos alegra leerle.",
        thanks="gracias por su mensaje sobre «{}».",
        thanks_plain="gracias por su mensaje.",
        sorry="Sentimos las molestias.",
        understood="Esto es lo que hemos entendido: «{}»",
        asks="Usted pregunta: «{}»",
        records="En nuestros registros vemos: {}.",
        urgent="Lo tratamos como urgente.",
        next="Una persona del equipo lo está revisando y le responderá aquí.",
        warm="Nos alegra poder ayudarle. Escríbanos cuando quiera.",
        close="Un saludo",
        desk="Atención al cliente",
    ),
    "pt": Letter(
        stop_words="o os as e é não para com uma um você em que meu nosso como pode por desde do da dos no na ao",
        hello="Olá",
        hello_formal="Exmos. Senhores",
        good_to_hear="é um gosto ler a sua mensagem.",
        thanks="obrigado pela sua mensagem sobre «{}».",
        thanks_plain="obrigado pela sua mensagem.",
        sorry="Lamentamos o incómodo.",
        understood="Foi assim que entendemos: «{}»",
        asks="Pergunta: «{}»",
        records="Nos nossos registos vemos: {}.",
        urgent="Tratamos isto como urgente.",
        next="Alguém da equipa está a verificar e responder-lhe-á aqui.",
        warm="Temos todo o gosto em ajudar. Escreva-nos sempre que quiser.",
        close="Com os melhores cumprimentos",
        desk="Apoio ao cliente",
    ),
}
_STOP_WORDS = {language: frozenset(words_of(letter.stop_words)) for language, letter in LETTERS.items()}
CLEARLY = 3
"""So many more words speak for a language than for any other that what a record says does not matter."""


def language_of(reading: Reading) -> str:
    """The language of what a person wrote: by its small words, by a record that names one; English in doubt."""
    counts = {
        language: sum(word in stop_words for word in reading.words.words)
        for language, stop_words in _STOP_WORDS.items()
    }
    first, second = sorted(counts, key=lambda language: -counts[language])[:2]
    declared = next((str(it) for it in map(reading.named, ("language", "lang", "locale")) if it), "")[:2].lower()
    if counts[first] - counts[second] >= CLEARLY and (declared in LETTERS or not declared):
        return first
    return declared if declared in LETTERS else "en"


def written_in(reading: Reading, words: set[str]) -> Iterator[Found]:
    """What a field of these words holds where it asks for the language: two letters, as forms and records have it."""
    if "language" in words and reading.text.strip():
        yield Found(language_of(reading), EXTRACTED)
