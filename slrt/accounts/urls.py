from django.urls import path

from slrt.accounts import views

app_name = "accounts"
urlpatterns = [
    path("masuk/", views.SignIn.as_view(), name="sign_in"),
    path("keluar/", views.SignOut.as_view(), name="sign_out"),
    path("akun/sandi/", views.PasswordChange.as_view(), name="password"),
    path("bahasa/", views.language, name="language"),
]
