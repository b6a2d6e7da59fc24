"""Words that every desk knows, for fields and members that go by such a name. An owner's own hints come on top."""

from collections.abc import Mapping


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(one.split()) for one in text.split(";"))


COMMON: Mapping[str, tuple[str, ...]] = {
    "urgent": _words(
        """urgent; urgently; asap; as soon as possible; immediately; emergency; right away; standstill; dringend; eilig;
        sofort; umgehend; urgence; immédiatement; tout de suite; urgente; inmediatamente; cuanto antes; imediatamente"""
    ),
    "billing": _words(
        """invoice; bill; refund; payment; paid; charged; receipt; subscription; rechnung; zahlung; bezahlt; abgebucht;
        erstattung; facture; paiement; remboursement; prélèvement; factura; pago; reembolso; cobro; recibo; fatura;
        pagamento"""
    ),
    "bug": _words(
        """error; crash; broken; bug; fails; does not work; doesn't work; not working; stopped working;
        since the update; fehler; absturz; stürzt ab; bricht ab; kaputt; funktioniert nicht; geht nicht; erreur;
        en panne; ne marche pas; ne fonctionne pas; no funciona; falla; erro; falha; não funciona"""
    ),
    "how to": _words(
        """how do i; how do we; how can i; how can we; where do i; where can i; is there a way; is it possible;
        wie kann; wie können; wo finde; comment puis; comment faire; comment donner; où trouver; cómo puedo;
        cómo podemos; dónde; como posso; como podemos; onde; é possível"""
    ),
    "spam": _words(
        """unsubscribe; seo; backlinks; page one; casino; lottery; winner; crypto; webmaster; guest post; click here;
        money back; limited offer; this week only; our experts; guaranteed; abmelden; gewinnspiel; désabonner"""
    ),
}
"""By the words of the name: a member `how-to` and one called `HOW_TO` are both “how to”."""
