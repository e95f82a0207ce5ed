"""A file whose headings are not known waits until a person says which heading is which column; of columns that it may lack a person
may say so as long as it is not applied, and of columns that somebody matched before, for this file or for its source, say it anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from households.choices.imports import ImportState
from households.importing import staging
from households.importing.blank import columns_of
from households.importing.claiming import claim_area, demand, move
from households.importing.columns import plain
from households.importing.kinds import KINDS
from households.importing.reading import ColumnsMissing, names_of
from households.models import ImportRun, ImportSource
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core import clock, outbox
from slrt.core.errors import GuardFailed, TransitionNotAllowed
from slrt.core.numbers import holds_one, masked

# Among a run's counts: the earlier file whose columns were matched by a person.
MATCHED_LIKE = "matched_like"
HIDDEN = "••"  # stands in a heading that held a number


def ask_for_columns(run: ImportRun, fault: ColumnsMissing) -> None:
    """A person may say which headings are the missing columns, when there are any that could be."""
    with transaction.atomic():
        staging.put_aside(run.pk)
        headers = [heading for heading in fault.headers if not holds_one(heading)]
        counts = {"headers": headers[:200], "missing_columns": fault.missing, "heading_row": fault.row}
        counts["merged"] = fault.merged
        run.counts = counts
        ImportRun.objects.filter(pk=run.pk, state=ImportState.READING).update(
            state=ImportState.COLUMNS, state_since=clock.now(), **run.problem_said(fault.sentence)
        )
        trail.write("columns", run, by=run.started_by, from_state=ImportState.READING, to_state=ImportState.COLUMNS)


EARLIER_LOOKED_AT = 50


def match_like_before(run: ImportRun, fault: ColumnsMissing) -> bool:
    """Match as a person matched an earlier file of this kind and area, when its headings are here too; return whether it was done.

    So the refused rows of a file whose columns were matched come in again without being asked.
    """
    earlier = ImportRun.objects.filter(kind=run.kind, area_id=run.area_id).exclude(pk=run.pk).exclude(mapping={})
    for other in earlier.order_by("-pk")[:EARLIER_LOOKED_AT]:
        said = {heading: column for heading, column in other.mapping.items() if heading in fault.headers}
        mapping = {**run.mapping, **said}
        if mapping == run.mapping or not set(fault.missing) <= set(said.values()):
            continue
        with transaction.atomic():
            staging.put_aside(run.pk)
            ImportRun.objects.filter(pk=run.pk, state=ImportState.READING).update(
                mapping=mapping, counts={MATCHED_LIKE: other.file_name}
            )
            trail.write("match_columns", run, by=run.started_by, like=other.pk)
        return True
    return False


@dataclass(frozen=True)
class Open:
    """What a person may match in a file that waits: our columns that it has to have and lacks, those that it may lack and does, and
    its headings, among which `strange` name no column of ours. `matched`: the columns that somebody matched already, with the heading
    of each; `needed` are those of them that it has to have."""

    required: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    matched: dict[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()

    @property
    def some(self) -> bool:
        """Whether there is anything to be matched."""
        return bool(self.required or self.matched or (self.optional and self.strange))

    @property
    def unread(self) -> list[str]:
        """The headings that name no column and that nobody matched."""
        return [heading for heading in self.strange if heading not in self.matched.values()]

    def heading_for(self, column: str, said: str) -> str:
        """The heading that was said to be this column, empty where it cannot be: one that the file has to have may stand under any.

        A browser sends the end of a heading's line in another way than a spreadsheet writes it.
        """
        offered: list[str] = []
        if column in self.required or column in self.needed:
            offered = self.headings
        elif column in self.optional or column in self.matched:
            offered = [*self.strange, *self.matched.values()]
        return next((heading for heading in offered if heading.split() == said.split()), "")


def open_columns(run: ImportRun) -> Open:
    """Return what is left to be matched; nothing in a file that is being worked on, was applied or ended."""
    columns, counts = columns_of(run.kind), run.counts
    matched: dict[str, str] = {}
    names = names_of(columns, run.mapping)
    if run.state == ImportState.COLUMNS:
        headings = _named(counts.get("headers", []))
        required, there = counts.get("missing_columns", []), {names.get(plain(heading)) for heading in headings}
    elif run.state == ImportState.PREVIEWED and "columns" in counts:
        matched = {column: heading for heading, column in counts.get("matched", {}).items()}
        names = names_of(columns, without(run.mapping, matched.values()))
        headings = [
            heading for heading in _named(counts.get("headers" if matched else "ignored", [])) if HIDDEN not in heading
        ]
        required, there = [], set(counts["columns"])
    else:
        return Open()
    optional = [name for name in (*columns.optional, *columns.seldom) if name not in there]
    strange = [name for name in headings if plain(name) not in names]
    return Open(required, optional, headings, strange, matched, frozenset(matched).intersection(columns.required))


def without(said: Mapping[str, str], headings: Iterable[str]) -> dict[str, str]:
    """What was said of headings (`{heading: column}`) but for these, however they are spelt."""
    these = set(map(plain, headings))
    return {heading: column for heading, column in said.items() if plain(heading) not in these}


def _named(headings: list[str]) -> list[str]:
    """Those with a word in them: what stands under none, or under a dash, cannot be told from other columns without a heading."""
    return [heading for heading in headings if plain(heading)]


def match_columns(run: ImportRun, columns: dict[str, str], *, by: User, source: str) -> ImportRun:
    """A person says which heading each column stands under (`{column: heading}`); remembered for the source when it has a name.

    A column that was matched before stays so where nothing is said of it; with no heading it is matched no more. The file is read
    anew; a preview of it is gone. Raises NotPermitted, TransitionNotAllowed, or GuardFailed when a required column is still without a
    heading, nothing is matched or changed, or one heading is to be two columns.
    """
    demand(by, run)
    source = masked(source)[:60]
    with transaction.atomic():
        # The file first, as whoever applies it does: each of two would wait for the other.
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        left = open_columns(row)
        chosen = _chosen(row, left, columns)
        mapping = without(row.mapping, left.matched.values()) | chosen
        if left.matched and (mapping, source) == (row.mapping, row.source):
            raise GuardFailed("columns", _("Belum ada kolom yang diubah."))
        claim_area(run.area_id, run.kind, besides=run.pk)
        move(run.pk, (row.state,), ImportState.UPLOADED)
        staging.put_aside(run.pk)
        if row.state == ImportState.PREVIEWED and row.kind in KINDS and (told := KINDS[row.kind].cancelled):
            told(row, by)
        # Another version: whoever still looks at the preview that was does not apply the next one unseen.
        ImportRun.objects.filter(pk=run.pk).update(
            mapping=mapping, source=source, problem="", counts={}, done=0, version=F("version") + 1
        )
        if source:
            known, _created = ImportSource.objects.get_or_create(
                kind=run.kind, name=source, defaults={"updated_by": by}
            )
            known.columns, known.updated_by = without(known.columns, left.matched.values()) | chosen, by
            known.save()
        trail.write("match_columns", run, by=by, from_state=row.state, to_state=ImportState.UPLOADED)
        outbox.promise("households.preview_import", run_id=run.pk)
    run.refresh_from_db()
    return run


def _chosen(run: ImportRun, left: Open, columns: dict[str, str]) -> dict[str, str]:
    """What was matched, as a run keeps it (`{heading: column}`). Raises TransitionNotAllowed or GuardFailed."""
    if run.state not in (ImportState.COLUMNS, ImportState.PREVIEWED):
        raise TransitionNotAllowed(_("Kolom berkas ini sudah dicocokkan."))
    said = left.matched | columns
    chosen = {column: heading for column, name in said.items() if (heading := left.heading_for(column, name))}
    if missing := [column for column in (*left.required, *sorted(left.needed)) if column not in chosen]:
        raise GuardFailed("columns", _("Pilih judul untuk kolom: %(columns)s.") % {"columns": ", ".join(missing)})
    if not chosen and not left.matched:
        raise GuardFailed("columns", _("Pilih judul untuk sedikitnya satu kolom."))
    if len(set(map(plain, chosen.values()))) < len(chosen):
        raise GuardFailed("columns", _("Satu judul hanya boleh dipilih untuk satu kolom."))
    return {heading: column for column, heading in chosen.items()}
