import common.migration_models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('notifications', '0001_initial'), ('notifications', '0002_address_opt_out')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        common.migration_models.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='AddressOptOut',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address_hash', models.CharField(max_length=64)),
                        ('kind', models.CharField(max_length=60, verbose_name='viestin laji')),
                        ('at', models.DateTimeField(verbose_name='kielletty')),
                    ],
                    options={
                        'verbose_name': 'osoitteen viestikielto',
                        'verbose_name_plural': 'osoitteiden viestikiellot',
                        'constraints': [models.UniqueConstraint(fields=('address_hash', 'kind'), name='notifications_opt_out_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=60, verbose_name='laji')),
                        ('to_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to=settings.AUTH_USER_MODEL, verbose_name='vastaanottaja')),
                        ('to_address', models.CharField(max_length=254, verbose_name='sähköpostiosoite')),
                        ('language', models.CharField(choices=[('fi', 'suomi'), ('sv', 'svenska'), ('en', 'English')], max_length=2, verbose_name='kieli')),
                        ('subject', models.CharField(max_length=250, verbose_name='aihe')),
                        ('text', models.TextField(verbose_name='viesti')),
                        ('html', models.TextField(blank=True)),
                        ('required', models.BooleanField(default=False, verbose_name='lain vaatima')),
                        ('secret', models.BooleanField(default=False)),
                        ('state', models.CharField(choices=[('queued', 'Odottaa lähetystä'), ('sending', 'Lähetetään'), ('sent', 'Lähetetty'), ('uncertain', 'Epävarma'), ('failed', 'Ei mennyt perille'), ('given_up', 'Lähetyksestä luovuttu'), ('kept', 'Vain portaalissa'), ('gathered', 'Koottu päiväviestiin')], default='queued', max_length=12, verbose_name='tila')),
                        ('dedup_key', models.CharField(max_length=200, unique=True)),
                        ('message_id', models.CharField(max_length=200, unique=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='yrityksiä')),
                        ('created_at', models.DateTimeField(verbose_name='syntyi')),
                        ('next_attempt_at', models.DateTimeField(verbose_name='lähetetään aikaisintaan')),
                        ('claimed_at', models.DateTimeField(blank=True, null=True)),
                        ('claimed_by', models.CharField(blank=True, max_length=100)),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='lähetetty')),
                        ('error', models.TextField(blank=True, verbose_name='virhe')),
                        ('digest_on', models.DateField(blank=True, null=True, verbose_name='koontipäivä')),
                        ('digest', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gathered', to='notifications.message')),
                        ('handled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='käsittelijä')),
                        ('handled_at', models.DateTimeField(blank=True, null=True, verbose_name='käsitelty')),
                    ],
                    options={
                        'verbose_name': 'viesti',
                        'verbose_name_plural': 'viestit',
                        'ordering': ['-created_at', '-id'],
                        'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_attempt_at', 'id'], name='notifications_due'), models.Index(condition=models.Q(('state__in', ('sent', 'given_up', 'kept', 'gathered')), _negated=True), fields=['state'], name='notifications_open'), models.Index(fields=['to_user', '-created_at'], name='notifications_own'), models.Index(fields=['-created_at', '-id'], name='notifications_newest')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sending', 'sent', 'uncertain', 'failed', 'given_up', 'kept', 'gathered'])), name='notifications_message_state'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='notifications_message_sent_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('claimed_at__isnull', False), _connector='OR'), name='notifications_message_claimed'), models.CheckConstraint(condition=models.Q(('message_id__endswith', '>'), ('message_id__startswith', '<')), name='notifications_message_id_shape'), models.CheckConstraint(condition=models.Q(('handled_by__isnull', True), ('handled_at__isnull', False), _connector='OR'), name='notifications_message_handled_when')],
                    },
                ),
                migrations.CreateModel(
                    name='Preference',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='message_preferences', to=settings.AUTH_USER_MODEL)),
                        ('kind', models.CharField(max_length=60, verbose_name='viestin laji')),
                        ('how', models.CharField(choices=[('at_once', 'Heti sähköpostiin'), ('daily', 'Kerran päivässä koottuna sähköpostiin'), ('never', 'Ei sähköpostiin, vain Viestit-sivulle')], max_length=10, verbose_name='miten')),
                    ],
                    options={
                        'verbose_name': 'viestivalinta',
                        'verbose_name_plural': 'viestivalinnat',
                        'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='notifications_preference_once'), models.CheckConstraint(condition=models.Q(('how__in', ['at_once', 'daily', 'never'])), name='notifications_preference_how')],
                    },
                ),
            ],
        ),
    ]
