"""Which organisation runs a laboratory: its members keep the benches and the scopes. The operator says so."""

from django.db import transaction

from qilian.portal.accounts.models import Organisation
from qilian.portal.network.models import Laboratory


@transaction.atomic
def assign(laboratory: Laboratory, organisation: Organisation | None) -> None:
    """Give a laboratory to an organisation and to no other; None takes it from whoever has it."""
    Organisation.objects.filter(laboratory=laboratory.code).update(laboratory="")
    if organisation is not None:
        organisation.laboratory = laboratory.code
        organisation.save(update_fields=["laboratory"])
