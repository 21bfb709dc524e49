"""Files of a row: the panel on its page, and the upload behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from fupin.access import Action, may
from fupin.domain.attachments import KINDS, MAX_BYTES, attach_file
from fupin.models import Attachment
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.views import ResourceView
from fupin.scope import Scoped

if TYPE_CHECKING:
    from fupin.resource.base import Resource


class AttachmentForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="添加附件",
        help_text=f"照片或扫描件，{'、'.join(kind[1:] for kind in KINDS)}，不超过{MAX_BYTES // 1024 // 1024}MB。",
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
    )


class AttachView(ResourceView):
    """Attach a file to a row of a resource."""

    action = Action.ATTACH

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Keep the file and go back to the row."""
        row = self.row()
        form = AttachmentForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                attach_file(target=row, file=form.cleaned_data["file"], actor=request.user)
                messages.success(request, "附件已上传。")
            except Refused as refused:
                messages.error(request, str(refused))
        else:
            messages.error(request, "请选择要上传的文件，空文件不能上传。")
        return redirect(self.resource.detail_url(self.place, row))


def attachments_of(request: HttpRequest, resource: Resource, place: Place, row: Scoped) -> SafeString:
    """The files of a row, with a form for one more where the user may attach here."""
    kind = ContentType.objects.get_for_model(type(row))
    files = Attachment.objects.visible_to(request.user).filter(content_type=kind, object_id=row.pk)
    allowed = may(request.user, Action.ATTACH, place.region.code)
    context = {
        "files": files.select_related("uploaded_by"),
        "form": AttachmentForm() if allowed else None,
        "url": place.url(f"{resource.name}_attach", key=resource.key_of(row)),
        "max_bytes": MAX_BYTES,
        # Given by hand: with the request the whole frame of the page would be read a second time.
        "csrf_token": get_token(request),
    }
    return render_to_string("resource/attachments.html", context)
