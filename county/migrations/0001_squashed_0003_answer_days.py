import common.migration_models
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('county', '0001_initial'), ('county', '0002_target_groups_and_tiles'), ('county', '0003_answer_days')]

    initial = True

    dependencies = [
    ]

    operations = [
        common.migration_models.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='LifeSituation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('area_key', models.CharField(blank=True, editable=False, max_length=250, null=True, unique=True)),
                        ('area_values', models.JSONField(blank=True, default=dict, editable=False)),
                        ('name_fi', models.CharField(max_length=200, verbose_name='nimi suomeksi')),
                        ('name_sv', models.CharField(blank=True, max_length=200, verbose_name='nimi ruotsiksi')),
                        ('name_en', models.CharField(blank=True, max_length=200, verbose_name='nimi englanniksi')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                    ],
                    options={
                        'verbose_name': 'elämäntilanne',
                        'verbose_name_plural': 'elämäntilanteet',
                        'ordering': ['order', 'name_fi'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Sector',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('area_key', models.CharField(blank=True, editable=False, max_length=250, null=True, unique=True)),
                        ('area_values', models.JSONField(blank=True, default=dict, editable=False)),
                        ('name_fi', models.CharField(max_length=200, verbose_name='nimi suomeksi')),
                        ('name_sv', models.CharField(blank=True, max_length=200, verbose_name='nimi ruotsiksi')),
                        ('name_en', models.CharField(blank=True, max_length=200, verbose_name='nimi englanniksi')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                    ],
                    options={
                        'verbose_name': 'toimiala',
                        'verbose_name_plural': 'toimialat',
                        'ordering': ['order', 'name_fi'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='TargetGroup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('area_key', models.CharField(blank=True, editable=False, max_length=250, null=True, unique=True)),
                        ('area_values', models.JSONField(blank=True, default=dict, editable=False)),
                        ('name_fi', models.CharField(max_length=200, verbose_name='nimi suomeksi')),
                        ('name_sv', models.CharField(blank=True, max_length=200, verbose_name='nimi ruotsiksi')),
                        ('name_en', models.CharField(blank=True, max_length=200, verbose_name='nimi englanniksi')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                    ],
                    options={
                        'verbose_name': 'kohderyhmä',
                        'verbose_name_plural': 'kohderyhmät',
                        'ordering': ['order', 'name_fi'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Theme',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('area_key', models.CharField(blank=True, editable=False, max_length=250, null=True, unique=True)),
                        ('area_values', models.JSONField(blank=True, default=dict, editable=False)),
                        ('name_fi', models.CharField(max_length=200, verbose_name='nimi suomeksi')),
                        ('name_sv', models.CharField(blank=True, max_length=200, verbose_name='nimi ruotsiksi')),
                        ('name_en', models.CharField(blank=True, max_length=200, verbose_name='nimi englanniksi')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                    ],
                    options={
                        'verbose_name': 'teema',
                        'verbose_name_plural': 'teemat',
                        'ordering': ['order', 'name_fi'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Title',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('area_key', models.CharField(blank=True, editable=False, max_length=250, null=True, unique=True)),
                        ('area_values', models.JSONField(blank=True, default=dict, editable=False)),
                        ('name_fi', models.CharField(max_length=200, verbose_name='nimi suomeksi')),
                        ('name_sv', models.CharField(blank=True, max_length=200, verbose_name='nimi ruotsiksi')),
                        ('name_en', models.CharField(blank=True, max_length=200, verbose_name='nimi englanniksi')),
                        ('key', models.SlugField(unique=True, verbose_name='tunnus')),
                    ],
                    options={
                        'verbose_name': 'tehtävänimike',
                        'verbose_name_plural': 'tehtävänimikkeet',
                    },
                ),
                migrations.CreateModel(
                    name='County',
                    fields=[
                        ('area_key', models.CharField(blank=True, editable=False, max_length=250, null=True, unique=True)),
                        ('area_values', models.JSONField(blank=True, default=dict, editable=False)),
                        ('name_fi', models.CharField(max_length=200, verbose_name='nimi suomeksi')),
                        ('name_sv', models.CharField(blank=True, max_length=200, verbose_name='nimi ruotsiksi')),
                        ('name_en', models.CharField(blank=True, max_length=200, verbose_name='nimi englanniksi')),
                        ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                        ('code', models.CharField(max_length=2, unique=True, verbose_name='hyvinvointialueen numero')),
                        ('area_name', models.CharField(blank=True, editable=False, max_length=100)),
                        ('short_name', models.CharField(blank=True, max_length=60, verbose_name='lyhyt nimi')),
                        ('business_id', models.CharField(blank=True, max_length=9, verbose_name='Y-tunnus')),
                        ('website', models.URLField(blank=True, verbose_name='verkkosivusto')),
                        ('languages', models.JSONField(blank=True, default=list, verbose_name='viralliset kielet')),
                        ('promise', models.CharField(blank=True, max_length=200, verbose_name='lupaus')),
                        ('values', models.JSONField(blank=True, default=list, verbose_name='arvot')),
                        ('colours', models.JSONField(blank=True, default=dict, verbose_name='värit')),
                        ('help_phone', models.CharField(blank=True, max_length=40, verbose_name='neuvonnan puhelinnumero')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='järjestöyhteistyön sähköpostiosoite')),
                        ('letterhead', models.TextField(blank=True, max_length=500, verbose_name='kirjeiden lähettäjätiedot')),
                        ('case_number_prefix', models.CharField(blank=True, max_length=20, verbose_name='asianumeron tunnus')),
                        ('case_number_class', models.CharField(blank=True, max_length=20, verbose_name='avustusasioiden tehtäväluokka')),
                        ('revision_body', models.CharField(blank=True, max_length=200, verbose_name='viranomainen, jolta oikaisua vaaditaan')),
                        ('revision_address', models.TextField(blank=True, max_length=500, verbose_name='oikaisuvaatimuksen postiosoite')),
                        ('revision_email', models.EmailField(blank=True, max_length=254, verbose_name='oikaisuvaatimuksen sähköpostiosoite')),
                        ('revision_hours', models.CharField(blank=True, max_length=200, verbose_name='kirjaamon aukioloajat')),
                        ('privacy_contact', models.TextField(blank=True, max_length=500, verbose_name='tietosuojavastaavan yhteystiedot')),
                        ('answer_days', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='yhteydenottojen vastausaika työpäivinä')),
                    ],
                    options={
                        'verbose_name': 'hyvinvointialue',
                        'verbose_name_plural': 'hyvinvointialueet',
                        'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='county_county_only_one', violation_error_message='Portaalissa voi olla vain yksi hyvinvointialue.'), models.CheckConstraint(condition=models.Q(('answer_days__range', (1, 60))), name='county_county_answer_days_sane', violation_error_message='Vastausaika on 1–60 työpäivää.')],
                    },
                ),
                migrations.CreateModel(
                    name='Municipality',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('area_key', models.CharField(blank=True, editable=False, max_length=250, null=True, unique=True)),
                        ('area_values', models.JSONField(blank=True, default=dict, editable=False)),
                        ('name_fi', models.CharField(max_length=200, verbose_name='nimi suomeksi')),
                        ('name_sv', models.CharField(blank=True, max_length=200, verbose_name='nimi ruotsiksi')),
                        ('name_en', models.CharField(blank=True, max_length=200, verbose_name='nimi englanniksi')),
                        ('code', models.CharField(max_length=3, unique=True, verbose_name='kuntanumero')),
                        ('region_fi', models.CharField(blank=True, max_length=60, verbose_name='maakunta')),
                        ('county_code', models.CharField(blank=True, max_length=2, verbose_name='hyvinvointialueen numero')),
                        ('language', models.CharField(blank=True, max_length=10, verbose_name='kielisyys')),
                        ('business_id', models.CharField(blank=True, max_length=9, verbose_name='Y-tunnus')),
                        ('is_own', models.BooleanField(db_index=True, default=False, verbose_name='omalla alueella')),
                        ('tile_column', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='sarake ruutukartalla')),
                        ('tile_row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rivi ruutukartalla')),
                        ('inhabitants', models.PositiveIntegerField(blank=True, null=True, verbose_name='asukkaita')),
                        ('inhabitants_on', models.DateField(blank=True, null=True, verbose_name='asukasluvun päivä')),
                    ],
                    options={
                        'verbose_name': 'kunta',
                        'verbose_name_plural': 'kunnat',
                        'ordering': ['name_fi'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^\\d{3}$')), name='county_municipality_code_three_digits', violation_error_message='Kuntanumerossa on kolme numeroa, esimerkiksi 090.'), models.CheckConstraint(condition=models.Q(models.Q(('tile_column__isnull', False), ('tile_row__isnull', False)), models.Q(('tile_column__isnull', True), ('tile_row__isnull', True)), _connector='OR'), name='county_municipality_tile_place'), models.CheckConstraint(condition=models.Q(models.Q(('inhabitants__isnull', False), ('inhabitants_on__isnull', False)), models.Q(('inhabitants__isnull', True), ('inhabitants_on__isnull', True)), _connector='OR'), name='county_municipality_inhabitants_dated')],
                    },
                ),
                migrations.CreateModel(
                    name='RegionalGroup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('area_key', models.CharField(blank=True, editable=False, max_length=250, null=True, unique=True)),
                        ('area_values', models.JSONField(blank=True, default=dict, editable=False)),
                        ('name_fi', models.CharField(max_length=200, verbose_name='nimi suomeksi')),
                        ('name_sv', models.CharField(blank=True, max_length=200, verbose_name='nimi ruotsiksi')),
                        ('name_en', models.CharField(blank=True, max_length=200, verbose_name='nimi englanniksi')),
                        ('key', models.SlugField(unique=True, verbose_name='tunnus')),
                        ('assumed', models.BooleanField(default=False, verbose_name='oletus, tarkista')),
                        ('municipalities', models.ManyToManyField(blank=True, related_name='regional_groups', to='county.municipality', verbose_name='kunnat')),
                    ],
                    options={
                        'verbose_name': 'alueellinen kumppanuusryhmä',
                        'verbose_name_plural': 'alueelliset kumppanuusryhmät',
                        'ordering': ['name_fi'],
                    },
                ),
            ],
        ),
    ]
