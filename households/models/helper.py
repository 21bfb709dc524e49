"""Helpers: people who look after households (帮扶责任人), whether or not they have an account."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fupin.access import Actor
from fupin.audit import audited
from fupin.fields import PhoneField
from fupin.models import Region, User
from fupin.scope import Scoped
from households.conditions import Affiliation, Party, ResidentRole
from households.enums import Education, Sex


@audited()
class Helper(Scoped):
    """A person who looks after households of a village: 扶贫手册, national table AC08.

    Who helps in two villages has a row in each, and may have one account for both.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", related_name="+")
    name = models.CharField("姓名", max_length=50)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, blank=True)
    party = models.CharField("政治面貌", max_length=2, choices=Party.choices, blank=True)
    unit = models.CharField("单位", max_length=100, blank=True)
    affiliation = models.CharField("隶属关系", max_length=2, choices=Affiliation.choices, blank=True)
    position = models.CharField("职务或级别", max_length=50, blank=True)
    education = models.CharField("学历", max_length=2, choices=Education.choices, blank=True)
    phone = PhoneField("联系电话", max_length=20, blank=True)
    specialty = models.CharField("技术特长", max_length=50, blank=True)
    resident_role = models.CharField(
        "驻村职务",
        max_length=2,
        choices=ResidentRole.choices,
        blank=True,
        help_text="不是驻村工作队的不填。",
    )
    #: Whose pairings give this account its scope.
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name="账号", null=True, blank=True, related_name="helps",
        help_text="用本系统的人选账号，选了才看得到自己结对的户；没有账号的不选。",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "帮扶责任人"
        ordering = ["region", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name", "phone"],
                name="helper_once",
                violation_error_message="本村已经登记了姓名、电话相同的帮扶责任人。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees themselves, and who else looks after the households assigned."""
        from households.models.household import Pairing  # noqa: PLC0415 - a household's module knows its helpers

        mine = Pairing.current_for(actor).values("household")
        beside = Pairing.objects.unscoped("only of the households assigned").filter(household__in=mine)
        return Q(user=getattr(actor, "pk", None) or 0) | Q(pk__in=beside.values("helper"))
