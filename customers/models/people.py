"""People who log in: staff with desks, and members of customer companies."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.audit import audited
from customers.querysets import OwnedQuerySet


class Desk(models.TextChoices):
    """Staff roles; each is a group of Django permissions of the same name (see ``customers.roles``)."""

    MANAGER = "manager", _("Sales manager")
    REP = "rep", _("Sales rep")
    AGENT = "agent", _("Call-centre agent")
    WAREHOUSE = "warehouse", _("Warehouse")
    FINANCE = "finance", _("Finance")
    ADMIN = "admin", _("Administrator")


class CompanyRole(models.TextChoices):
    """What a person may do for a customer company."""

    OWNER = "owner", _("Owner")
    BUYER = "buyer", _("Buyer")
    APPROVER = "approver", _("Approver")
    ACCOUNTS = "accounts", _("Accounts")
    VIEWER = "viewer", _("Viewer")


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address, compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Store a user with a hashed password; without one the account can't log in by password."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Store an administrator who passes every permission check."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, desk=Desk.ADMIN, **fields)


@audited(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """A person. Staff have a desk; buyers have memberships and no desk."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    desk = models.CharField(_("desk"), max_length=12, choices=Desk, blank=True)
    sees_all_customers = models.BooleanField(
        _("sees all customers"), default=True, help_text=_("A rep without it sees own customers only.")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="es")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the administration"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    acting: "Membership | None" = None  # in a request: the membership in use, see customers.middleware

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")) & ~Q(email=""), name="user_email_lower_case"),
            models.CheckConstraint(
                condition=Q(language__in=list(dict(settings.LANGUAGES))), name="user_language_known"
            ),
            models.CheckConstraint(condition=Q(desk="") | Q(desk__in=Desk.values), name="user_desk_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_desk(self) -> bool:
        """True for staff of the wholesaler, False for people of customer companies."""
        return bool(self.desk) or self.is_superuser


@audited()
class Membership(models.Model):
    """A person acts for a company in a role; a person may belong to several companies."""

    user = models.ForeignKey("customers.User", models.CASCADE, related_name="memberships")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="memberships")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=12, choices=CompanyRole)
    order_limit = models.DecimalField(_("order limit"), max_digits=14, decimal_places=2, null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    # Annotated by customers.middleware.list_memberships.
    company: str
    company_number: str

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "customer"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=CompanyRole.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(order_limit__isnull=True) | Q(order_limit__gte=0), name="membership_limit_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.customer}"


class Invitation(models.Model):
    """An invitation to join a company, sent by mail; only the hash of its token is stored."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="invitations")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=CompanyRole)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("customers.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    company: str  # annotated by customers.services.people.find_invitation

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=CompanyRole.values), name="invitation_role_known"),
            models.UniqueConstraint(
                fields=["customer", "email"], condition=Q(accepted_at__isnull=True), name="invitation_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.customer}"
