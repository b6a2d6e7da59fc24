"""What strangers read above the boxes of the forms that are shipped."""

import pytest

from bot.domain.field import fields_of
from bot.domain.intent import Fact
from bot.domain.misfit import Written
from bot.intents.accounts import StaffRequest
from bot.intents.billing import RefundRequest, SupplierInvoice
from bot.intents.crm import Inquiry


@pytest.mark.parametrize("fact", [RefundRequest, SupplierInvoice, StaffRequest, Inquiry])
def test_no_label_of_a_shipped_form_is_the_name_of_an_id(fact: type[Fact]) -> None:
    for one in fields_of(fact):
        assert one.label.lower() not in {"id", "text", "requester"}
        assert not one.label.lower().endswith(" id")


def test_a_field_with_a_label_of_its_own_keeps_the_bounds_and_the_words_of_its_type() -> None:
    (order, *_) = fields_of(RefundRequest)
    assert (order.label, order.shortest, order.longest, order.needed) == ("Order number", 1, 64, True)
    assert any(isinstance(one, Written) for one in RefundRequest.model_fields["order_id"].metadata)
