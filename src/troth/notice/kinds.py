"""The kinds of finding about a notice as data: each has one id, a level, a law, and a message and remedy in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from troth.notice.model import Level
from troth.terms.bilingual import Both


class Kind(NamedTuple):
    """A kind of finding, its message and remedy in both languages; `{names}` are filled in."""

    level: Level
    law: str
    message: Both
    hint: Both


FINDINGS: Final[Mapping[str, Kind]] = {
    "notice.N001": Kind("error", "GDPR Art. 5(2)", Both(
        "en sætning uden binding", "a sentence without a binding"), Both(
        "Afslut den med de løfter, den giver: {{P1}}, eller {{none}}.", "End it with the promises it makes: {{P1}}, or {{none}}.")),
    "notice.N002": Kind("error", "GDPR Art. 5(2)", Both(
        "en sætning nævner et løfte, der ikke findes: {what}", "a sentence names a promise that is not there: {what}"), Both(
        "Skriv løftet i promises.yaml, eller tag det ud.", "Write the promise in promises.yaml, or take it out.")),
    "notice.N003": Kind("error", "GDPR Art. 12(1)", Both(
        "{what} har ingen sætning på dette sprog", "{what} has no sentence in this language"), Both(
        "Skriv den sætning, der giver løftet.", "Write the sentence that makes the promise.")),
    "notice.N004": Kind("error", "GDPR Art. 12(1)", Both(
        "sprogene binder forskelligt: her {what}, på det første sprog {other}",
        "the languages bind differently: {what} here, {other} in the first language"), Both(
        "Lad begge sprog give de samme løfter i samme rækkefølge.", "Let every language make the same promises in the same order.")),
    "notice.N005": Kind("error", "GDPR Art. 5(1)(a)", Both(
        "det absolutte ord »{word}« om {what}, hvis kontrol ingen frist har",
        "the absolute word “{word}” on {what}, whose control has no deadline"), Both(
        "Giv kontrollen en frist, eller skriv, hvad der virkelig gælder.", "Give the control a deadline, or write what really holds.")),
    "notice.N006": Kind("error", "GDPR Art. 5(1)(a)", Both(
        "{what} og {other} modsiger hinanden: {why}", "{what} and {other} contradict each other: {why}"), Both(
        "Ret det ene af løfterne, så begge kan holdes.", "Change one of them, so that both can be kept.")),
    "notice.N007": Kind("error", "GDPR Art. 13, 14", Both(
        "et tomt faktum: {what}", "an empty fact: {what}"), Both(
        "Udfyld det i notice.yaml, eller skriv, hvorfor det ikke behøves: {{not_needed: …}}.",
        "Fill it in in notice.yaml, or say why there is none: {{not_needed: …}}.")),
    "notice.N008": Kind("error", "GDPR Art. 12(1)", Both(
        "teksten bruger et faktum, der ikke findes: {what}", "the text places a fact that is not there: {what}"), Both(
        "Skriv det under `facts` i notice.yaml.", "Write it under `facts` in notice.yaml.")),
    "notice.N009": Kind("error", "GDPR Art. 13(1)(c)", Both(
        "formålet {what} har intet retsgrundlag", "the purpose {what} has no legal basis"), Both(
        "Skriv `basis` i et løfte med dette formål.", "Write `basis` in a promise with this purpose.")),
    "notice.N010": Kind("error", "GDPR Art. 13(1)(d)", Both(
        "formålet {what} siger ikke, hvilken legitim interesse det har",
        "the purpose {what} does not say which legitimate interest it has"), Both(
        "Skriv `interest` under formålet.", "Write `interest` under the purpose.")),
    "notice.N011": Kind("error", "GDPR Art. 13(2)(a)", Both(
        "ingen siger, hvor længe {what} opbevares", "no promise says how long {what} is kept"), Both(
        "Skriv `retention` i et løfte om disse oplysninger.", "Write `retention` in a promise about this data.")),
    "notice.N012": Kind("error", "GDPR Art. 13(2)(a)", Both(
        "{what} siger ikke en længde: {why}", "{what} states no length of time: {why}"), Both(
        "Skriv et rigtigt tidsrum eller navnet på en regel. Rimelig tid er ingen.",
        "Write a real length of time or a rule's name. A reasonable period is none.")),
    "notice.N013": Kind("error", "GDPR Art. 13(1)(f)", Both(
        "modtageren {what} er i et tredjeland uden angivet grundlag", "the recipient {what} is in a third country, without a safeguard"),
        Both("Skriv `safeguard`.", "Write `safeguard`.")),
    "notice.N014": Kind("error", "GDPR Art. 5(1)(d)", Both(
        "{what} taler om loven, som den var {then}; den er ændret {since}",
        "{what} speaks of the law as it was on {then}; it has changed on {since}"), Both(
        "Læs den gældende lov, og ret løftet.", "Read the law in force, and mend the promise.")),
    "notice.N015": Kind("warning", "GDPR Art. 12(1)", Both(
        "{what} siger det samme som {other}", "{what} says the same as {other}"), Both(
        "Behold det ene; måske mentes noget andet.", "Keep one of them; perhaps something else was meant.")),
    "notice.N016": Kind("error", "GDPR Art. 13(1)(e)", Both(
        "{what} har ingen rolle", "{what} has no role"), Both(
        "Skriv `role`: processor, controller, joint, third_party eller authority.",
        "Write `role`: processor, controller, joint, third_party or authority.")),
    "notice.N017": Kind("error", "GDPR Art. 30", Both(
        "{what} nævner noget, som datakortet ikke har: {other}", "{what} names what the data map has not: {other}"), Both(
        "Ret navnet.", "Mend the name.")),
    "notice.N018": Kind("warning", "GDPR Art. 12(1)", Both(
        "{what} er opført, men intet løfte nævner det", "{what} is listed, but no promise names it"), Both(
        "Tag det ud, eller skriv løftet.", "Take it out, or write the promise.")),
    "notice.N019": Kind("error", "W3C DPV 2.3", Both(
        "{what} nævner et begreb, som DPV-listen ikke har: {other}", "{what} names a term that the DPV list has not: {other}"), Both(
        "Brug et begreb fra docs/notice.md, eller tag det ud.", "Use a term of docs/notice.md, or leave it out.")),
    "notice.N020": Kind("error", "GDPR Art. 5(2)", Both(
        "to sætninger på én linje: den ene kan gemme sig bag den andens binding",
        "two sentences on one line: one can hide behind the binding of the other"), Both(
        "Skriv hver sætning på sin egen linje med sin egen binding.", "Write each sentence on a line of its own, with its own binding.")),
    "notice.N021": Kind("error", "GDPR Art. 5(2)", Both(
        "en overskrift er bundet til et løfte", "a heading is bound to a promise"), Both(
        "Skriv løftet som en sætning under den.", "Write the promise as a sentence below it.")),
}  # fmt: skip
"""The findings about the notice as data; what a text must say by law has ids of its own in law/content.toml."""
