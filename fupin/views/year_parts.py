"""Parts of the page 年度管理: its table, its forms."""

from __future__ import annotations

from django import forms

from fupin.models import RegionYear
from fupin.models.review import REMARK_LENGTH
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


class ReasonForm(forms.Form):
    """Why a closed year is opened again."""

    remark = forms.CharField(
        label="重新打开的原因",
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请填写重新打开的原因。"},
    )
