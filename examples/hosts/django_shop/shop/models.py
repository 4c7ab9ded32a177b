"""The tables: customers with their lists and what they did; and segments, as documents."""

# ruff: noqa: DJ001 - NULL is no value to segkit, and "" is one

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from segkit import Segment, from_dict, to_dict


class Customer(models.Model):
    """What is known of a customer: columns, and in `more` what has none."""

    name = models.TextField(null=True)
    city = models.TextField(null=True)
    plan = models.TextField(null=True)
    age = models.IntegerField(null=True)
    vip = models.BooleanField(null=True)
    balance = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    born = models.DateField(null=True)
    birthday = models.DateField(null=True)
    subscribed_at = models.DateTimeField(null=True)
    trial_ends = models.DateTimeField(null=True)
    last_login = models.DateTimeField(null=True)
    last_order = models.DateTimeField(null=True)
    seen = models.DateTimeField(null=True)
    more = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return self.name or f"customer {self.pk}"


class Subscription(models.Model):
    """A list that a customer is on, and since when, if that is known."""

    customer = models.ForeignKey(Customer, models.CASCADE)
    list = models.TextField()
    joined = models.DateTimeField(null=True)

    class Meta:
        """Nobody is on a list twice."""

        constraints = (models.UniqueConstraint(fields=["customer", "list"], name="once_on_a_list"),)

    def __str__(self) -> str:
        return f"{self.customer_id} on {self.list}"


class Happening(models.Model):
    """What a customer did."""

    customer = models.ForeignKey(Customer, models.CASCADE)
    name = models.TextField()
    at = models.DateTimeField()
    properties = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        """A page of customers is asked about some names within some range."""

        indexes = (models.Index(fields=["customer", "name", "at"], name="happening_of"),)

    def __str__(self) -> str:
        return f"{self.customer_id} did {self.name}"


class StoredSegment(models.Model):
    """A segment that a user wrote: its document, and its name to find it by."""

    name = models.CharField(max_length=200, unique=True)
    document = models.JSONField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, segment: Segment) -> "StoredSegment":
        """Make the row of a segment; it is not saved yet."""
        return cls(name=segment.name, document=to_dict(segment))

    @property
    def segment(self) -> Segment:
        """The segment itself, read back."""
        return from_dict(self.document)
