"""A person's reminders: the rows their page shows, and the file that holds exactly those."""

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from households.models import Family, Person
from slrt.accounts.roles import Permission
from slrt.dashboard.reminders import KINDS, counted
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, register
from slrt.jobs.models import Reminder
from slrt.regions.models import Region

KIND = "jenis"


def kind_of(asked: Asked) -> str:
    """The kind that was chosen, if anything of it waits; else nothing, which stands for all."""
    code = asked.params.get(KIND, "")
    return code if code in {kind["code"] for kind in counted(asked.user)} else ""


def reminders_shown(asked: Asked) -> Shown:
    """What waits for this person, of one kind or all, oldest first; named are people of the own area only."""
    code, user = kind_of(asked), asked.user
    rows = Reminder.objects.visible_to(user).open()
    rows = rows.filter(code=code) if code else rows
    people = Person.objects.visible_to(user).filter(pk=OuterRef("subject_id"))
    families = Family.objects.visible_to(user).filter(pk=OuterRef("subject_id"))
    about = Case(
        When(subject="households.person", then=Subquery(people.values("name")[:1])),
        When(subject="households.family", then=Subquery(families.values("head__name")[:1])),
    )
    where = Region.objects.filter(pk=OuterRef("place")).values("name")
    return Shown(
        rows.annotate(about=about, place_name=Subquery(where)).order_by("since", "pk"), part=KINDS.get(code, code)
    )


register(
    Listing(
        key="pengingat",
        title=_("Pengingat"),
        permission=Permission.EXPORT_RUN,  # everybody who is signed in has this page
        page="dashboard:reminders",
        shown=reminders_shown,
        place="place",
        placeless=True,
        receiver="organisation",
        tells=(KIND,),
        columns=(
            Column(_("Jenis"), "code", Kind.CODE, KINDS),
            Column(_("Tentang"), "about"),
            Column(_("Isi pengingat"), JSONObject(message="message", values="counts"), Kind.SAID),
            Column(_("Sejak"), "since", Kind.DATE),
            Column(_("Kode wilayah"), "place"),
            Column(_("Wilayah"), "place_name"),
        ),
    )
)
