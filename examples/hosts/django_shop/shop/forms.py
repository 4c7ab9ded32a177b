"""A form field for a segment, written as a document: what is wrong with it is told, all of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from segkit import DocumentError, Segment, from_json
from shop.models import StoredSegment
from shop.source import is_text

LONGEST_NAME = StoredSegment._meta.get_field("name").max_length  # noqa: SLF001 - Django documents it


class SegmentField(forms.CharField):
    """Takes the JSON text of a segment, from whoever may send one, and gives the `Segment`."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Segment:  # noqa: ANN401 - whatever was sent
        """Read the text. A document is data: reading one runs nothing that stands in it."""
        text = super().clean(value)
        try:
            read = from_json(text)
        except DocumentError as error:
            raise ValidationError([str(problem) for problem in error.problems]) from error
        if not isinstance(read, Segment):
            raise ValidationError("$: one segment is expected, with its name and its condition")
        if not is_text(read.name):
            raise ValidationError("$.segment.name: the database cannot hold that name")
        return read


class SegmentForm(forms.Form):
    """One field is all there is: a document has the name of its segment."""

    document = SegmentField(label="Segment")

    def clean_document(self) -> Segment:
        """Refuse a name that is taken."""
        segment: Segment = self.cleaned_data["document"]
        if len(segment.name) > LONGEST_NAME:
            raise ValidationError(f"a name has at most {LONGEST_NAME} characters")
        if StoredSegment.objects.filter(name=segment.name).exists():
            raise ValidationError(f"there is a segment of the name {segment.name!r} already")
        return segment
