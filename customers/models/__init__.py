"""Who buys, and who may do what on whose behalf."""

from customers.models.companies import (
    Account,
    Address,
    BillingPolicy,
    Contact,
    Customer,
    CustomerNote,
    CustomerStatus,
    PaymentMethod,
    PaymentTerms,
    PaymentTermsInstalment,
    PoPolicy,
    Region,
    Segment,
    TaxTreatment,
)
from customers.models.files import FileKind, JobRun, JobState, OutboxMessage, OutboxState, StoredFile
from customers.models.issuers import Issuer, IssuerBankAccount
from customers.models.people import CompanyRole, Desk, Invitation, Membership, User

__all__ = [
    "Account",
    "Address",
    "BillingPolicy",
    "CompanyRole",
    "Contact",
    "Customer",
    "CustomerNote",
    "CustomerStatus",
    "Desk",
    "FileKind",
    "Invitation",
    "Issuer",
    "IssuerBankAccount",
    "JobRun",
    "JobState",
    "Membership",
    "OutboxMessage",
    "OutboxState",
    "PaymentMethod",
    "PaymentTerms",
    "PaymentTermsInstalment",
    "PoPolicy",
    "Region",
    "Segment",
    "StoredFile",
    "TaxTreatment",
    "User",
]
