from django.urls import path

from slrt.dashboard import sign_in

app_name = "accounts"
urlpatterns = [
    path("masuk/", sign_in.SignIn.as_view(), name="sign_in"),
    path("keluar/", sign_in.SignOut.as_view(), name="sign_out"),
    path("akun/sandi/", sign_in.PasswordChange.as_view(), name="password"),
    path("bahasa/", sign_in.language, name="language"),
]
