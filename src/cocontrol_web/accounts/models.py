"""Accounts: who a person is, their role and the region that they answer for."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocontrol.core.parameters import NATIONAL


class Role(models.TextChoices):
    """What a person does here; `cocontrol_web.rights` says what each role may do."""

    BUREAU = "bureau", _("生态环境部门")
    ANALYST = "analyst", _("分析人员")
    PUBLIC = "public", _("公众")


class User(AbstractUser):
    """An account. `region` is the root of the subtree of GB/T 2260 codes that the person answers for."""

    role = models.CharField(max_length=16, choices=Role.choices, default=Role.PUBLIC)
    region = models.CharField(
        max_length=6, default=NATIONAL, validators=[RegexValidator(r"^\d{6}$", _("行政区划代码为六位数字"))]
    )

    def __str__(self) -> str:
        return f"{self.username} ({self.role}, {self.region})"
