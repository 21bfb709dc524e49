"""Attachments are had only by those who see their row; the upload is the row's own (fupin/resource)."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404

from fupin.models import Attachment
from fupin.views.base import SignedInView


class AttachmentView(SignedInView):
    """Download an attachment; 404 unless its row is in the user's scope."""

    def get(self, request: HttpRequest, key: int) -> FileResponse:
        """Send it, always as a download: nothing uploaded is ever shown as a page of ours."""
        attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=key)
        return FileResponse(attachment.file.open(), as_attachment=True, filename=attachment.name)
