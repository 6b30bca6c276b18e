"""Addresses of signing in, the desk, people, roles and the audit log."""

from django.urls import path

from opendtm_server.govern.views import account, desk, people

app_name = "govern"
urlpatterns = [
    path("login/", account.SignInPage.as_view(), name="login"),
    path("logout/", account.SignOut.as_view(), name="logout"),
    path("password/", account.PasswordPage.as_view(), name="password"),
    path("desk/", desk.home, name="desk"),
    path("desk/roles/", desk.roles, name="roles"),
    path("desk/new-operation/", desk.new_operation, name="new_operation"),
    path("desk/<slug:operation>/", desk.operation_home, name="operation"),
    path("desk/<slug:operation>/audit/", desk.audit_log, name="audit"),
    path("desk/<slug:operation>/people/", people.members, name="people"),
    path("desk/<slug:operation>/people/add/", people.add, name="add_member"),
    path("desk/<slug:operation>/people/<int:member>/", people.member_page, name="member"),
    path("desk/<slug:operation>/people/<int:member>/remove/", people.remove, name="remove_member"),
    path(
        "desk/<slug:operation>/people/<int:member>/password/",
        people.password,
        name="reset_password",
    ),
]
