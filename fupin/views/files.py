"""Attachments: uploaded to a row, had only by those who see the row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from fupin.access import Action
from fupin.domain.attachments import KINDS, attach_file
from fupin.models import Attachment
from fupin.refusals import Refused
from fupin.resource.base import Resource
from fupin.views.base import PlacedView, SignedInView


class AttachmentForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="附件", help_text=f"照片或扫描件，{'、'.join(k[1:] for k in KINDS)}，不超过10MB。"
    )


class AttachView(PlacedView):
    """Attach a file to a row of a resource."""

    action = Action.ATTACH
    resource: Resource = None  # type: ignore[assignment] - given by as_view()

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Keep the file and go back to the row."""
        rows = self.resource.rows(request.user, self.place)
        row = get_object_or_404(rows, **{self.resource.lookup: self.kwargs["key"]})
        form = AttachmentForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                attach_file(target=row, file=form.cleaned_data["file"], actor=request.user)
                messages.success(request, "附件已上传。")
            except Refused as refused:
                messages.error(request, str(refused))
        else:
            messages.error(request, "请选择要上传的文件。")
        return redirect(self.resource.detail_url(self.place, row))


class AttachmentView(SignedInView):
    """Download an attachment; 404 unless its row is in the user's scope."""

    def get(self, request: HttpRequest, key: int) -> FileResponse:
        """Send it, always as a download: nothing uploaded is ever shown as a page of ours."""
        attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=key)
        return FileResponse(attachment.file.open(), as_attachment=True, filename=attachment.name)
