from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from staff import views

people_patterns = (
    [
        path("<int:pk>/", views.person, name="person"),
    ],
    "staff",
)

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", auth_views.LoginView.as_view(template_name="staff/login.html"), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("password/", auth_views.PasswordChangeView.as_view(), name="password_change"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("staff/", include(people_patterns)),
]
