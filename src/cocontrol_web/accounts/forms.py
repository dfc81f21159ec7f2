"""Forms for log-in, for accounts, and for one's own password, with the style classes of our controls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cocontrol.core.errors import NotFound
from cocontrol.reference import regions
from cocontrol_web.accounts.models import Role, User
from cocontrol_web.rights import Person, region_holds, region_of


def _styled(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        field.widget.attrs["class"] = "select" if isinstance(field.widget, forms.Select) else "input"


class LoginForm(AuthenticationForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _styled(self)


class OwnPasswordForm(PasswordChangeForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _styled(self)


if TYPE_CHECKING:
    AccountModelForm = forms.ModelForm[User]
else:
    AccountModelForm = forms.ModelForm


class AccountForm(AccountModelForm):
    """Name, role and region of an account, as far as the administrator may give them."""

    first_name = forms.CharField(label=gettext_lazy("姓名或单位"), max_length=150, required=False)
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=Role.choices)
    region = forms.CharField(label=gettext_lazy("地区代码"), max_length=6)

    class Meta:
        model = User
        fields: ClassVar[tuple[str, ...]] = ("first_name", "role", "region")

    def __init__(self, *args: Any, administrator: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.administrator = administrator
        self.fields["region"].widget.attrs |= {"list": "regions", "inputmode": "numeric", "autocomplete": "off"}
        _styled(self)

    def clean_region(self) -> str:
        """A code that is in force and lies inside the administrator's own region."""
        code = str(self.cleaned_data["region"]).strip()
        try:
            known = regions.region(code)["level"] != "grouping" and regions.is_in_force(code, date.today())
        except NotFound:
            known = False
        if not known:
            raise forms.ValidationError(_("没有这个行政区划代码，或已停用。"))
        if not region_holds(region_of(self.administrator), code):
            raise forms.ValidationError(_("这个地区不在您管理的范围内。"))
        return code


class NewAccountForm(AccountForm):
    """A new account; its first password is made by the site."""

    username = forms.CharField(label=gettext_lazy("用户名"), max_length=150)

    class Meta(AccountForm.Meta):
        fields: ClassVar[tuple[str, ...]] = ("username", "first_name", "role", "region")

    field_order = ("username", "first_name", "role", "region")


def offered_regions(person: Person) -> list[str]:
    """Codes to choose from: the administrator's region and what lies one or two levels below it."""
    root, today = region_of(person), date.today()
    below = regions.children(root, on=today)
    return [root, *sorted({*below, *(code for one in below for code in regions.children(one, on=today))})]
