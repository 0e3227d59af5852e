from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from staff import views
from staff.forms import LoginForm
from staff.views import desk

people_patterns = (
    [
        path("", views.team, name="team"),
        path("lookup/", views.staff_lookup, name="lookup"),
        path("me/", views.profile, name="me"),
        path("me/devices/", views.device_list, name="devices"),
        path("me/devices/end-others/", views.device_end_others, name="end_other_devices"),
        path("me/devices/<str:handle>/end/", views.device_end, name="end_device"),
        path("<int:pk>/", views.person, name="person"),
        path("<int:pk>/initial-password/", views.person_initial_password, name="initial_password"),
        path("<int:pk>/deactivate/", views.person_deactivate, name="deactivate"),
        path("<int:pk>/reactivate/", views.person_reactivate, name="reactivate"),
        path("<int:pk>/end-sessions/", views.person_end_sessions, name="end_sessions"),
    ],
    "staff",
)

urlpatterns = [
    path("", desk.desk_home, name="home"),
    path(
        "login/",
        auth_views.LoginView.as_view(
            template_name="staff/login.html",
            authentication_form=LoginForm,
            redirect_authenticated_user=True,
        ),
        name="login",
    ),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("staff/", include(people_patterns)),
]
