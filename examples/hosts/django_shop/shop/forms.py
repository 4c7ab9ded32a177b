"""A form field that accepts a segment as JSON, and reports all problems of the document."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from segkit import DocumentError, Segment, from_json
from shop.models import StoredSegment
from shop.source import can_store

MAX_NAME_LENGTH = StoredSegment._meta.get_field("name").max_length  # noqa: SLF001 - a documented API


class SegmentField(forms.CharField):
    """A field that decodes the JSON text of a segment from an untrusted client."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Segment:  # noqa: ANN401 - the submitted value
        """Return the segment. Decoding a document never executes anything in it."""
        text = super().clean(value)
        try:
            decoded = from_json(text)
        except DocumentError as error:
            raise ValidationError([str(problem) for problem in error.problems]) from error
        if not isinstance(decoded, Segment):
            raise ValidationError("$: expected one segment, with a name and a condition")
        if not can_store(decoded.name):
            raise ValidationError("$.segment.name: the database cannot store this name")
        return decoded


class SegmentForm(forms.Form):
    """A form with one field: the document contains the name of the segment."""

    document = SegmentField(label="Segment")

    def clean_document(self) -> Segment:
        """Refuse a name that is too long or already exists."""
        segment: Segment = self.cleaned_data["document"]
        if len(segment.name) > MAX_NAME_LENGTH:
            raise ValidationError(f"the name of a segment has at most {MAX_NAME_LENGTH} characters")
        if StoredSegment.objects.filter(name=segment.name).exists():
            raise ValidationError(f"a segment named {segment.name!r} already exists")
        return segment
