"""Hospital groups, their sites, and the contracts that let a plan's children be billed there."""

from django.db import models

from haixing.lib.refs import new_ref
from haixing.network.enums import HoursStatus, SiteClass


class HospitalGroup(models.Model):
    """集团. The name is what plan rules match (``group: 和睦家``)."""

    name = models.CharField(max_length=60, unique=True)
    name_en = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """院区: one place where children are seen (screens S07 to S10)."""

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    code = models.CharField(max_length=20, unique=True)
    group = models.ForeignKey(HospitalGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=160, blank=True)
    site_class = models.CharField(max_length=10, choices=SiteClass)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    city = models.CharField(max_length=20, db_index=True)
    district = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=160)
    phone = models.CharField(max_length=30, blank=True)
    introduction = models.TextField(blank=True)
    departments = models.JSONField(default=list)
    """Local labels with national codes: ``[{"label": "儿科全科", "code": "07"}]``."""
    hours_raw = models.CharField(max_length=200, blank=True)
    """Opening hours exactly as the site prints them."""
    hours = models.JSONField(default=dict)
    """Per service in OSM syntax: ``{"outpatient": "Mo-Su 09:00-18:00"}``; empty where not yet read."""
    hours_status = models.CharField(max_length=6, choices=HoursStatus, default=HoursStatus.EMPTY)
    """How much of ``hours_raw`` stands in ``hours``. What does not is shown as printed."""
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    search_text = models.TextField(blank=True, default="")
    """What a search looks through: names, place, pinyin and initials, in lower case. Made when a site is kept."""
    is_invented = models.BooleanField(default=False)
    """True for sample sites that do not exist; every page that shows the address says so."""
    verified_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["city", "district", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level=None) | models.Q(level__range=(1, 3)), name="site_level_is_one_to_three"
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name as the manual prints it: 集团-院区."""
        return f"{self.group.name}-{self.name}" if self.group and self.group.name not in self.name else self.name


class Contract(models.Model):
    """A plan's children are billed directly at a site, from one day to another (both inclusive)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="contracts")
    plan = models.CharField(max_length=60)
    """The plan's code, such as ``growth-2021``; versions of a plan share its network."""
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    care = models.JSONField(default=list)
    """Kinds of care billed under it: ``["outpatient", "emergency"]``."""
    inpatient = models.BooleanField(default=False)
    """Named for inpatient care (指定私立住院)."""
    excludes = models.JSONField(default=list)
    """Carve-outs: ``["chief-physician-fee"]`` (domain reading A17)."""
    note = models.CharField(max_length=120, blank=True)
    suspended_because = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "plan", "starts"], name="one_contract_per_site_plan_and_start"),
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("starts")),
                name="contract_ends_after_it_starts",
            ),
        ]
