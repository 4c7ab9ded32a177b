import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(null=True)),
                ('city', models.TextField(null=True)),
                ('plan', models.TextField(null=True)),
                ('age', models.IntegerField(null=True)),
                ('vip', models.BooleanField(null=True)),
                ('balance', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('born', models.DateField(null=True)),
                ('birthday', models.DateField(null=True)),
                ('subscribed_at', models.DateTimeField(null=True)),
                ('trial_ends', models.DateTimeField(null=True)),
                ('last_login', models.DateTimeField(null=True)),
                ('last_order', models.DateTimeField(null=True)),
                ('seen', models.DateTimeField(null=True)),
                ('more', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
        ),
        migrations.CreateModel(
            name='StoredSegment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('document', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='CustomerEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('at', models.DateTimeField()),
                ('properties', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='shop.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', 'name', 'at'], name='event_by_customer')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.TextField()),
                ('joined', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='shop.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'list'), name='once_on_a_list')],
            },
        ),
    ]
