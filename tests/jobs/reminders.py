"""Which reminders wait for a person."""

from slrt.jobs.models import Reminder


def codes(user):
    return sorted(Reminder.objects.visible_to(user).open().values_list("code", flat=True))
