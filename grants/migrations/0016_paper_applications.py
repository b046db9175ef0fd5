import django.db.models.deletion
import documents.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("county", "0001_squashed_0003_answer_days"),
        ("grants", "0015_case_work"),
        ("organisations", "0001_squashed_0009_vault"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperOriginal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file",
                    models.FileField(max_length=200, upload_to=documents.models.random_path, verbose_name="tiedosto"),
                ),
                ("name", models.CharField(max_length=150, verbose_name="tiedoston nimi")),
                ("size", models.PositiveBigIntegerField(verbose_name="koko")),
                ("sha256", models.CharField(max_length=64, verbose_name="tarkiste")),
                ("content_type", models.CharField(max_length=100, verbose_name="tyyppi")),
                (
                    "scan_state",
                    models.CharField(
                        choices=[("unscanned", "Tarkistamatta"), ("clean", "Tarkistettu"), ("infected", "Haitallinen")],
                        default="unscanned",
                        max_length=10,
                        verbose_name="virustarkistus",
                    ),
                ),
                ("uploaded_at", models.DateTimeField(verbose_name="lisätty")),
            ],
            options={
                "verbose_name": "alkuperäinen paperihakemus",
                "verbose_name_plural": "alkuperäiset paperihakemukset",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="application",
            name="arrival_channel",
            field=models.CharField(
                blank=True,
                choices=[("post", "Postitse"), ("email", "Sähköpostilla"), ("counter", "Asiointipisteeseen")],
                default="",
                max_length=10,
                verbose_name="saapumistapa",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="arrived_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="saapunut kirjaamoon"),
        ),
        migrations.AddField(
            model_name="application",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="kirjaaja",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arrival_channel", ""), ("arrived_at__isnull", True), ("entered_by__isnull", True)),
                    models.Q(
                        ("arrival_channel__in", ["post", "email", "counter"]),
                        ("arrived_at__isnull", False),
                        ("entered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="grants_application_paper_has_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("arrival_channel", ""),
                    ("received_at__isnull", True),
                    ("received_at", models.F("arrived_at")),
                    _connector="OR",
                ),
                name="grants_application_paper_received_when_arrived",
            ),
        ),
        migrations.AddField(
            model_name="paperoriginal",
            name="application",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="paper_original", to="grants.application"
            ),
        ),
        migrations.AddField(
            model_name="paperoriginal",
            name="uploaded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="lisääjä",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperoriginal",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0)),
                name="grants_paperoriginal_not_empty",
                violation_error_message="Tiedosto on tyhjä. Valitse tiedosto, jossa on sisältöä.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperoriginal",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="grants_paperoriginal_sha256_shape"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperoriginal",
            constraint=models.CheckConstraint(
                condition=models.Q(("scan_state__in", ["unscanned", "clean", "infected"])),
                name="grants_paperoriginal_scan_state",
            ),
        ),
    ]
