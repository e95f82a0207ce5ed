"""What a detail page shows as next steps: buttons that may be pressed, those that may not with the reason, who is waited for."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from slrt.accounts.models import User
from slrt.accounts.roles import Role, roles_with
from slrt.workflow import engine


def next_steps(
    obj: Any, user: User, url: Callable[[str], str], hidden: tuple[str, ...] = (), first: str | None = None
) -> dict[str, Any]:
    """Return `options` (may be taken), `refused` (with reason) and `waiting_for` for the steps component.

    Somebody is waited for where this person can take no step, or only such as send back or end.

    `url` gives the address of a verb; `hidden` verbs have a page of their own elsewhere. `first` names the verb that comes
    first where the page knows it, and it stands on top; "" is none of them, for something else on the page comes before every verb.
    """
    every = [option for option in engine.available(obj, user) if option.name not in hidden]
    may = [option for option in every if option.decision]
    knows = first is not None
    if not knows:
        first = next((option.name for option in may if _goes_on(option)), "")
    stuck = first == "" and not knows
    allowed = [
        {
            "transition": option.transition,
            "decision": option.decision,
            "url": url(option.name),
            "first": option.name == first,
        }
        for option in may
    ]
    allowed.sort(key=lambda option: not option["first"])
    refused = [
        {"transition": option.transition, "decision": option.decision} for option in every if not option.decision
    ]
    return {"options": allowed, "refused": refused, "waiting_for": "" if allowed and not stuck else _waiting(every)}


def _goes_on(option: engine.Option) -> bool:
    """Whether a step leads on: it neither refuses nor undoes."""
    return option.transition.tone not in ("bad", "warn")


def _waiting(options: list[engine.Option]) -> str:
    """Who is waited for, with which step: the first that leads on, not one that sends back."""
    awaited = next(filter(_goes_on, options), options[0] if options else None)
    if awaited is None or awaited.decision:
        return ""
    roles = _either(roles_with(awaited.transition.permission))
    return _('Menunggu %(roles)s: "%(step)s".') % {"roles": roles, "step": awaited.transition.label}


def _either(roles: list[Role]) -> str:
    """Return roles as a part of a sentence: petugas back office, supervisor atau manajer."""
    words = [label[:1].lower() + label[1:] for label in (str(role.label) for role in roles)]
    return _(" atau ").join(filter(None, (", ".join(words[:-1]), *words[-1:])))
