"""What a search left, beside what one would leave that had never searched before."""

from django.db import transaction

from households.duplicates.search import search
from households.models import DuplicateCandidate, NameWord, PersonKeys, SearchMark


def left():
    """What everybody is compared by, and the pairs with their points, reasons and versions."""
    pairs = ("first_id", "second_id", "score", "reasons", "first_version", "second_version", "compared", "place")
    keys = ("pk", "print", "version", "name_key", "village", "family_id", "has_nik", "keys")
    return (
        sorted(map(repr, PersonKeys.objects.values_list(*keys))),
        {row[:2]: repr(row) for row in DuplicateCandidate.objects.values_list(*pairs)},
    )


def from_scratch(*, knowing=False):
    """What a first search over the registry as it is now leaves, `knowing` the pairs found until now; what the others left stays."""
    with transaction.atomic():
        for model in (PersonKeys, NameWord, SearchMark, *([] if knowing else [DuplicateCandidate])):
            model.objects.all().delete()
        search()
        found = left()
        transaction.set_rollback(True)
    return found
