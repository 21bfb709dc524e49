"""Parts of the page 年度管理: its table, its forms."""

from __future__ import annotations

from django import forms

from fupin.models import RegionYear
from fupin.resource.tables import RowTable


class RegionYearTable(RowTable):
    """Villages and the state of their year."""

    class Meta(RowTable.Meta):
        model = RegionYear
        fields = ("region", "year", "state", "due_on")
        sequence = ("number", *fields)


class DueForm(forms.Form):
    """The day by which the villages submit."""

    due_on = forms.DateField(
        label="报送截止日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="过了这一天还没有提交的村，各级页面上显示“逾期”。留空表示不规定。",
    )
