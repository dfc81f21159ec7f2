"""Accounts: who a person is, their role and the region that they answer for, and what was done to each account."""

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
    ADMINISTRATOR = "administrator", _("账号管理员")


class User(AbstractUser):
    """An account. `region` is the root of the subtree of GB/T 2260 codes that the person answers for.

    `must_change_password` holds while the password is one that an administrator made: until the person
    sets their own, the account may do nothing else.
    """

    role = models.CharField(max_length=16, choices=Role.choices, default=Role.PUBLIC)
    region = models.CharField(
        max_length=6, default=NATIONAL, validators=[RegexValidator(r"^\d{6}$", _("行政区划代码为六位数字"))]
    )
    must_change_password = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.username} ({self.role}, {self.region})"


class AccountEvent(models.Model):
    """One thing done to an account: by whom, when, from what to what. Rows are only ever added.

    `actor` is None for what was done on the command line of the machine. Passwords are never written here.
    """

    class Action(models.TextChoices):
        """What was done."""

        CREATED = "created", _("建立账号")
        NAME = "name", _("修改姓名或单位")
        ROLE = "role", _("修改角色")
        REGION = "region", _("修改地区")
        DEACTIVATED = "deactivated", _("停用账号")
        ACTIVATED = "activated", _("恢复账号")
        PASSWORD_RESET = "password_reset", _("由管理员重置密码")
        PASSWORD_CHANGED = "password_changed", _("本人修改密码")

    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="events")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="account_actions", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=20, choices=Action.choices)
    before = models.CharField(max_length=160, blank=True)
    after = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.account.username}: {self.action}"
