"""Two pages: all segments, with a form to add one; and one segment, with its members."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from segkit import Evaluator, describe
from shop.forms import SegmentForm
from shop.models import Customer, StoredSegment
from shop.source import ShopSource

MEMBERS_ON_A_PAGE = 50


def segments(request: HttpRequest) -> HttpResponse:
    """List the segments, and add the segment of a submitted form."""
    form = SegmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stored = StoredSegment.of(form.cleaned_data["document"])
        stored.save()
        return redirect("segment", stored.pk)
    stored = StoredSegment.objects.order_by("name")
    status = 400 if form.errors else 200
    return render(request, "shop/segments.html", {"form": form, "stored": stored}, status=status)


def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sentence of a segment and its current members."""
    stored_segment = get_object_or_404(StoredSegment, pk=pk).segment
    now = timezone.now()
    with transaction.atomic():  # All queries read one state of the database.
        members = Evaluator(ShopSource(), tz=settings.TIME_ZONE).members(stored_segment, now=now)
        page = Paginator(list(members), MEMBERS_ON_A_PAGE).get_page(request.GET.get("page"))
        customers = Customer.objects.in_bulk(page.object_list)
    template_context = {
        "segment": stored_segment,
        "sentence": describe(stored_segment),
        "page": page,
        "customers": [customers[id_] for id_ in page],
    }
    return render(request, "shop/segment.html", template_context)
