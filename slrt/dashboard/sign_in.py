"""Signing in and out, changing the password, choosing the language."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from slrt.accounts.forms import PasswordChangeForm, SignInForm
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.dashboard.demo.roster import PASSWORD


class SignIn(auth_views.LoginView):
    """The sign-in page; in demo mode it lists the demo accounts."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO_MODE:
            context["demo_accounts"] = demo_accounts()
            context["demo_password"] = PASSWORD
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        trail.write("sign_in", user, by=user, entry_kind=AuditEntry.Kind.LOGIN, place="")
        return response


def demo_accounts() -> list[dict[str, Any]]:
    """Return the demo accounts with role and place, in the order they were made."""
    users = User.objects.filter(is_active=True, email__endswith="@demo.invalid").order_by("pk")
    return [
        {"username": user.username, "role": assignment.get_role_display(), "place": assignment.area.name}
        for user in users.prefetch_related("assignments__area")
        for assignment in user.assignments.all()[:1]
    ]


class SignOut(auth_views.LogoutView):
    """Ends the session; POST only."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            trail.write("sign_out", user, by=user, entry_kind=AuditEntry.Kind.LOGIN, place="")
        response = super().post(request, *args, **kwargs)
        messages.success(request, _("Anda sudah keluar."))
        return response


class PasswordChange(auth_views.PasswordChangeView):
    """A person changes their own password."""

    template_name = "accounts/password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("dashboard:home")

    def form_valid(self, form: Any) -> HttpResponse:
        trail.write("password_change", form.user, by=form.user, entry_kind=AuditEntry.Kind.LOGIN, place="")
        messages.success(self.request, _("Kata sandi sudah diganti."))
        return super().form_valid(form)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and return to the page it was chosen on."""
    code = request.POST.get("language", "")
    came_from = urlsplit(request.POST.get("next") or request.headers.get("referer", ""))
    own = not came_from.netloc or came_from.netloc == request.get_host()
    target = came_from.path if own and came_from.path.startswith("/") and not came_from.path.startswith("//") else ""
    if target and came_from.query:
        target += f"?{came_from.query}"
    response = HttpResponseRedirect(target or reverse("dashboard:home"))
    if check_for_language(code) and code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax", secure=request.is_secure()
        )
    return response
