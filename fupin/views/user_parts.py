"""The table and the forms of users."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from fupin.access import Action, Role
from fupin.models import Region, User
from fupin.resource.forms import TypedText
from fupin.resource.tables import RowTable, YesNoColumn


class UserTable(RowTable):
    """Users, with what they may do where."""

    username = tables.Column("登录名", linkify=lambda record: reverse("user", kwargs={"key": record.pk}))
    roles = tables.Column("角色", empty_values=(), orderable=False)
    is_active = YesNoColumn("启用")

    class Meta(RowTable.Meta):
        model = User
        fields = ("username", "name", "unit", "roles", "is_active", "last_login")
        sequence = ("number", *fields)

    def render_roles(self, record: User) -> str:
        """Role and region of each assignment."""
        return "；".join(str(assignment) for assignment in record.assignments.all()) or "—"


class UserForm(TypedText, forms.ModelForm):
    """A user's name and state."""

    class Meta:
        model = User
        fields = ("username", "name", "unit", "is_active")


class RoleForm(forms.Form):
    """A role in a region."""

    role = forms.ChoiceField(label="角色", choices=Role.choices)
    region = forms.CharField(label="区划代码", max_length=12, help_text="12位；管辖该区划及其下级。")
    expires_on = forms.DateField(
        label="有效期至",
        required=False,
        help_text="留空表示长期。",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)

    def clean_region(self) -> Region:
        """The region of this code, if the actor may give rights there."""
        region = (
            Region.objects.visible_to(self.actor, Action.USERS)
            .filter(code=self.cleaned_data["region"])
            .first()
        )
        if region is None:
            raise ValidationError("没有这个区划，请核对代码。")
        return region
