"""The models: customers with their lists and events; and segments, stored as JSON documents."""

# ruff: noqa: DJ001 - for segkit, NULL means no value, and "" is a value

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from segkit import Segment, from_dict, to_dict


class Customer(models.Model):
    """A customer. The column `more` has the attributes without a column of their own."""

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
    """A list that a customer is on, and the instant of joining, if known."""

    customer = models.ForeignKey(Customer, models.CASCADE)
    list = models.TextField()
    joined = models.DateTimeField(null=True)

    class Meta:
        """A customer is on a list at most once."""

        constraints = (models.UniqueConstraint(fields=["customer", "list"], name="once_on_a_list"),)

    def __str__(self) -> str:
        return f"{self.customer_id} on {self.list}"


class CustomerEvent(models.Model):
    """An event of a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE)
    name = models.TextField()
    at = models.DateTimeField()
    properties = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        """The source queries the events of a page of customers by name and time range."""

        indexes = (models.Index(fields=["customer", "name", "at"], name="event_by_customer"),)

    def __str__(self) -> str:
        return f"{self.customer_id} did {self.name}"


class StoredSegment(models.Model):
    """A segment that a user entered: its name and its JSON document."""

    name = models.CharField(max_length=200, unique=True)
    document = models.JSONField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, segment: Segment) -> "StoredSegment":
        """Return an unsaved row with the document of *segment*."""
        return cls(name=segment.name, document=to_dict(segment))

    @property
    def segment(self) -> Segment:
        """The segment, decoded from its document."""
        return from_dict(self.document)
