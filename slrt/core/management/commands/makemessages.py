"""Django's makemessages, which also collects what the code marks with `lazy`."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """`lazy` is the name by which modules import `gettext_lazy` beside `gettext`."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=lazy"]
