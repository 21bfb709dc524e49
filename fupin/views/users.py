"""Users and their roles, for the system administrator."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_tables2 import RequestConfig

from fupin.access import Action, Role
from fupin.domain.users import assign_role, save_user, withdraw_role
from fupin.models import User
from fupin.queries.users import users_kept_by
from fupin.refusals import Refused
from fupin.resource.buttons import Button
from fupin.views.base import SignedInView, searched
from fupin.views.user_parts import RoleForm, UserForm, UserTable

PASSWORD_BYTES = 9


class UsersView(SignedInView):
    """The list."""

    action = Action.USERS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        query = searched(request)
        users = users_kept_by(request.user).prefetch_related("assignments__region")
        if query:
            users = users.filter(name__contains=query) | users.filter(username__contains=query)
        table = UserTable(users)
        RequestConfig(request, paginate={"per_page": 50}).configure(table)
        context = {
            "resource": {"label": "用户"},
            "table": table,
            "actions": [Button("新增用户", reverse("user_create"), "primary")],
        }
        return render(request, "resource/list.html", context)


class UserView(SignedInView):
    """A user: name, roles, a new first password."""

    action = Action.USERS

    def get(self, request: HttpRequest, key: int | None = None) -> HttpResponse:
        """Show the forms."""
        user = get_object_or_404(users_kept_by(request.user), pk=key) if key else None
        return self.show(user, UserForm(instance=user), RoleForm(actor=request.user))

    def post(self, request: HttpRequest, key: int | None = None) -> HttpResponse:
        """Save the user, add or withdraw a role, or set a new first password."""
        user = get_object_or_404(users_kept_by(request.user), pk=key) if key else None
        what = request.POST.get("what", "user")
        if what == "user":
            return self.save(user)
        if user is None:
            raise Http404
        if what == "role":
            return self.add_role(user)
        if what == "withdraw":
            assignments = {str(assignment.pk): assignment for assignment in user.assignments.all()}
            assignment = assignments.get(request.POST.get("assignment", ""))
            if assignment is None:
                raise Http404
            return self.did(
                user, "已取消该角色。", lambda: withdraw_role(assignment=assignment, actor=request.user)
            )
        if what != "password":
            raise Http404
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        return self.did(
            user,
            f"新的初始密码是 {password}，请当面告知本人，首次登录须修改。此密码只显示这一次。",
            lambda: save_user(user=user, first_password=password, actor=request.user),
        )

    def save(self, user: User | None) -> HttpResponse:
        """Create or change."""
        form = UserForm(self.request.POST, instance=user)
        if form.is_valid():
            password = "" if user else secrets.token_urlsafe(PASSWORD_BYTES)
            try:
                saved = save_user(user=form.instance, first_password=password, actor=self.request.user)
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
            else:
                note = (
                    f"初始密码是 {password}，请当面告知本人，首次登录须修改。此密码只显示这一次。"
                    if password
                    else ""
                )
                messages.success(self.request, f"已保存。{note}")
                return redirect("user", key=saved.pk)
        return self.show(user, form, RoleForm(actor=self.request.user), status=422)

    def add_role(self, user: User) -> HttpResponse:
        """Give a role."""
        form = RoleForm(self.request.POST, actor=self.request.user)
        if form.is_valid():
            data = form.cleaned_data
            try:
                assign_role(
                    user=user, role=Role(data["role"]), region=data["region"], expires_on=data["expires_on"],
                    actor=self.request.user,
                )  # fmt: skip
                messages.success(self.request, "已增加角色。")
                return redirect("user", key=user.pk)
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
            except ValidationError as error:
                form.add_error(NON_FIELD_ERRORS, error)
        return self.show(user, UserForm(instance=user), form, status=422)

    def did(self, user: User, sentence: str, write: Any) -> HttpResponse:
        """Do a write and say so."""
        try:
            write()
            messages.success(self.request, sentence)
        except Refused as refused:
            messages.error(self.request, str(refused))
        return redirect("user", key=user.pk)

    def show(self, user: User | None, form: UserForm, role_form: RoleForm, status: int = 200) -> HttpResponse:
        """The page."""
        context = {
            "subject": user,
            "form": form,
            "role_form": role_form,
            "assignments": user.assignments.select_related("region") if user else [],
        }
        return render(self.request, "user.html", context, status=status)
