"""People and master data of customers, for administrators."""

from typing import Any

import allauth.account.admin  # noqa: F401  (registers what is taken back below)
import procrastinate.contrib.django.admin  # noqa: F401  (so does this)
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress, EmailConfirmation
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from axes.utils import reset
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from procrastinate.contrib.django.models import ProcrastinateJob

from config.money import HUNDRED, ZERO
from config.web import formats
from config.web.admin import AuditedAdmin, ReadOnlyAdmin
from customers.models import (
    Account,
    Address,
    Contact,
    Customer,
    CustomerNote,
    Invitation,
    Issuer,
    IssuerBankAccount,
    JobRun,
    Membership,
    OutboxMessage,
    PaymentTerms,
    PaymentTermsInstalment,
    Region,
    Segment,
    StoredFile,
    User,
)

# One login, one lock-out.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as django-allauth has it

# Words of another package that it has in English only.
apps.get_app_config("axes").verbose_name = gettext_lazy("Signing in")
for model, plural in (
    (AccessAttempt, gettext_lazy("Locked after failed attempts")),
    (AccessFailureLog, gettext_lazy("Failed attempts")),
    (AccessLog, gettext_lazy("Sessions")),
):
    model._meta.verbose_name_plural = plural

admin.site.unregister(EmailAddress)  # people have one address, the user's own
if admin.site.is_registered(EmailConfirmation):
    admin.site.unregister(EmailConfirmation)

admin.site.unregister(ProcrastinateJob)  # its pages are full of inline styles


class UserAddForm(AdminUserCreationForm):
    """A new member of staff."""

    class Meta:
        model = User
        fields = ("email", "name", "desk")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class UserForm(UserChangeForm):
    """A person as the administration changes them."""

    class Meta:
        model = User
        fields = "__all__"


class MembershipInline(admin.TabularInline):
    """The companies a person acts for."""

    model = Membership
    fields = ["customer", "role", "order_limit", "is_active"]
    autocomplete_fields = ["customer"]
    extra = 0


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    """People who log in. The desk decides what staff may do; single rights come on top of it."""

    form = UserForm
    add_form = UserAddForm
    ordering = ["email"]
    list_display = ["email", "name", "desk", "is_active", "last_login"]
    list_filter = ["desk", "is_active", "is_staff"]
    search_fields = ["email", "name"]
    filter_horizontal = ["user_permissions"]
    readonly_fields = ["last_login", "created_at"]
    inlines = [MembershipInline]
    actions = ["unlock"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "phone", "language"]}),
        (
            gettext_lazy("What this person may do"),
            {"fields": ["is_active", "desk", "sees_all_customers", "is_staff", "is_superuser", "user_permissions"]},
        ),
        (gettext_lazy("Dates"), {"fields": ["last_login", "created_at"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "name", "desk", "usable_password", "password1", "password2"]})
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only a superuser makes superusers, or changes one."""
        fields = [*super().get_readonly_fields(request, obj)]
        return fields if request.user.is_superuser else [*fields, "is_superuser", "user_permissions"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or request.user.is_superuser or not obj.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People stay, for documents name them; they are made inactive."""
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001  (Django's)
        """A membership carries the account of its company."""
        for membership in formset.save(commit=False):
            membership.account_id = membership.customer.account_id
            membership.save()
        for membership in formset.deleted_objects:
            membership.delete()

    @admin.action(description=gettext_lazy("Unlock signing in after failed attempts"), permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        unlocked = sum(1 for email in queryset.values_list("email", flat=True) if reset(username=email))
        text = ngettext(
            "%(n)d person was locked and may sign in again.",
            "%(n)d people were locked and may sign in again.",
            unlocked,
        )
        self.message_user(request, text % {"n": unlocked}, messages.SUCCESS)


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    """What each desk may do; written by the product itself after every migration."""

    list_display = ["name"]


class CustomerForm(forms.ModelForm):
    """A company. A new one joins its parent's account; no company leaves the account that its orders are in."""

    class Meta:
        model = Customer
        exclude = ["source", "source_key"]  # noqa: DJ006  (all others are master data)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        account, parent, payer = data.get("account"), data.get("parent"), data.get("payer")
        if self.instance.pk:
            account = self.instance.account
        elif parent and not account:
            account = data["account"] = parent.account
        elif not account and "account" not in self.errors:
            self.add_error("account", _("Choose an account, or the parent whose account the company joins."))
        if parent and account and parent.account_id != account.pk:
            self.add_error("parent", _("The parent belongs to another group."))
        if payer and account and payer.account_id != account.pk:
            self.add_error("payer", _("Who pays must belong to the same group."))
        return data


class AddressInline(admin.TabularInline):
    """Where goods and invoices go."""

    model = Address
    fields = ["label", "recipient", "street", "postcode", "city", "country", "is_default", "is_billing", "is_active"]
    extra = 0


class ContactInline(admin.TabularInline):
    """Whom to call."""

    model = Contact
    fields = ["name", "role", "email", "phone", "is_main"]
    extra = 0


@admin.register(Customer)
class CustomerAdmin(AuditedAdmin):
    """Companies."""

    form = CustomerForm
    list_display = ["number", "name", "city", "segment", "region", "rep", "status"]
    list_filter = ["status", "segment", "region", "tax_treatment"]
    list_select_related = ["segment", "region", "rep"]
    search_fields = ["number", "name", "tax_number"]
    autocomplete_fields = ["account", "parent", "payer", "rep"]
    inlines = [AddressInline, ContactInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Customer | None = None) -> list[str]:
        return ["account"] if obj else []

    def get_form(self, request: HttpRequest, obj: Customer | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001  (Django's)
        form = super().get_form(request, obj, change, **kwargs)
        if not obj:
            form.base_fields["account"].required = False
        return form

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001  (Django's)
        """Addresses and contacts carry the account of their company."""
        for row in formset.save(commit=False):
            row.account_id = form.instance.account_id
            row.save()
        for row in formset.deleted_objects:
            row.delete()


@admin.register(Account)
class AccountAdmin(AuditedAdmin):
    """Groups of companies, with their credit limit."""

    list_display = ["name", "currency", "credit_limit", "exposure", "is_blocked"]
    list_filter = ["is_blocked", "currency"]
    search_fields = ["name"]
    readonly_fields = ["open_orders", "unbilled", "receivable", "unallocated", "exposure"]


class InstalmentFormSet(forms.BaseInlineFormSet):
    """The instalments of payment terms, which share the whole."""

    def clean(self) -> None:
        """Say what is missing to 100 per cent, or too much; terms without instalments are due at once."""
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        shared = sum((one.get("percent", ZERO) for one in kept), ZERO)
        if kept and not any(self.errors) and shared != HUNDRED:
            raise forms.ValidationError(
                _("The instalments are %(shared)s together; they have to be %(whole)s.")
                % {"shared": formats.percent(shared, 2), "whole": formats.percent(HUNDRED)}
            )


class InstalmentInline(admin.TabularInline):
    """When an invoice falls due."""

    model = PaymentTermsInstalment
    formset = InstalmentFormSet
    extra = 0


@admin.register(PaymentTerms)
class PaymentTermsAdmin(AuditedAdmin):
    """Terms of payment."""

    list_display = ["code", "name", "method"]
    inlines = [InstalmentInline]


@admin.register(Region, Segment)
class CodedAdmin(AuditedAdmin):
    """Words by which customers are grouped."""

    list_display = ["code", "name"]
    search_fields = ["code", "name"]


class BankAccountInline(admin.TabularInline):
    """Where customers pay to."""

    model = IssuerBankAccount
    extra = 0


@admin.register(Issuer)
class IssuerAdmin(AuditedAdmin):
    """Who sells."""

    list_display = ["name", "tax_number", "currency"]
    inlines = [BankAccountInline]


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    """Who acts for which company."""

    list_display = ["user", "customer", "role", "is_active"]
    list_filter = ["role", "is_active"]
    list_select_related = ["user", "customer"]
    search_fields = ["user__email", "user__name", "customer__name", "customer__number"]
    autocomplete_fields = ["user", "customer"]
    exclude = ["account"]

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's)
        obj.account_id = obj.customer.account_id
        super().save_model(request, obj, form, change)


@admin.register(CustomerNote)
class CustomerNoteAdmin(ReadOnlyAdmin):
    """What staff noted."""

    list_display = ["customer", "body", "created_by", "created_at"]
    list_select_related = ["customer", "created_by"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was invited."""

    list_display = ["email", "customer", "role", "expires_at", "accepted_at"]
    list_select_related = ["customer"]
    exclude = ["token_hash"]


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """Mails."""

    list_display = ["recipient", "subject", "state", "attempts", "created_at"]
    exclude = ["body"]  # the outbox of the desk knows who may read it
    list_filter = ["state"]


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """Jobs."""

    list_display = ["title", "user", "state", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["user"]


@admin.register(ProcrastinateJob)
class QueueAdmin(ReadOnlyAdmin):
    """What waits for the job worker."""

    list_display = ["id", "task_name", "queue_name", "status", "attempts", "scheduled_at"]
    list_filter = ["status", "queue_name"]


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """Files of the private store."""

    list_display = ["name", "kind", "size", "account", "owner", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["account", "owner"]
