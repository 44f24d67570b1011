"""What people type about people."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.web.numbers import NumberField
from customers.models import CompanyRole, Customer, Membership, User


class LoginForm(allauth_forms.LoginForm):
    """E-mail and password; the label says what to type, once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """Whose password was forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    """A new password, by the link of the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """A new password, with the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)


def _without_placeholders(form: forms.Form) -> None:
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class InvitationForm(forms.Form):
    """Whom to invite, for which company, as what."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=CompanyRole.choices, initial=CompanyRole.BUYER)

    def __init__(self, *args: Any, companies: QuerySet[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = forms.ModelChoiceField(label=_("Company"), queryset=companies, empty_label=None)
        if len(companies) == 1:
            field.initial, field.widget = companies[0].pk, forms.HiddenInput()
        self.fields["customer"] = field

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class MembershipForm(forms.Form):
    """What a person may do for a company."""

    role = forms.ChoiceField(label=_("Role"), choices=CompanyRole.choices)
    order_limit = NumberField(
        label=_("Limit of one order"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Net amount. Empty for no limit."),
    )
    is_active = forms.BooleanField(label=_("Active"), required=False)

    @classmethod
    def of(cls, membership: Membership) -> "MembershipForm":
        """The form as it stands in the database."""
        return cls(
            initial={
                "role": membership.role,
                "order_limit": membership.order_limit,
                "is_active": membership.is_active,
            }
        )


class AcceptForm(forms.Form):
    """A new person's name and password."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least ten characters."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data:
            try:
                validate_password(data["password"], User(email=self.email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


class AccountForm(forms.ModelForm):
    """What people may change about themselves."""

    class Meta:
        model = User
        fields = ["name", "phone", "language"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel"}),
            "language": forms.Select(choices=[("es", "Español"), ("en", "English")]),
        }
