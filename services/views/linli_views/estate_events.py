"""What the views read of `linli.estates.v1`. Names of companies, regions and estates are in words
for everybody; those of people are sealed."""

from datetime import date
from typing import Final
from uuid import UUID

from linli_sealed.fields import SealedText
from pydantic import BaseModel

from linli_views.facts import Read, kinds


class OfCompany(Read, service="estates", key="company_id"):
    company_id: UUID
    name_zh: str
    name_en: str


class CompanyFounded(OfCompany):
    pass


class RegionRegistered(OfCompany):
    region_id: str


class EstateRegistered(OfCompany):
    estate_id: str
    code: str
    region_id: str


class Title(BaseModel):
    person_id: str
    share_bp: int


class OfUnit(Read, service="estates", key="unit_key"):
    unit_key: UUID
    unit_id: str
    building_id: str


class OfArea(OfUnit):
    area_cm2: int

    @property
    def area_m2(self) -> str:
        return f"{self.area_cm2 / 10_000:.2f}"


class UnitRegistered(OfArea):
    unit_no: str


class UnitAreaCorrected(OfArea):
    pass


class OwnershipTransferred(OfUnit):
    titles: tuple[Title, ...]
    effective_on: date


class OfResident(OfUnit):
    person_id: str
    household_no: int


class ResidentMovedIn(OfResident):
    tenure: str


class ResidentMovedOut(OfResident):
    pass


class AboutPerson(Read, service="estates", key="person_key"):
    person_key: UUID
    person_id: str


class Details(AboutPerson):
    full_name: SealedText
    phone: SealedText | None = None
    birth_date: SealedText | None = None


class PersonRegistered(Details):
    type: str


class PersonCorrected(Details):
    pass


class KinshipDeclared(AboutPerson):
    other_id: str
    kinship: str


class KinshipWithdrawn(AboutPerson):
    other_id: str


class OfErasure(Read, service="estates", key="erasure_id"):
    erasure_id: UUID
    person_id: str


class ErasureAsked(OfErasure):
    asked_by: str


class ErasureRefused(OfErasure):
    reason: str


class ErasureWithdrawn(OfErasure):
    pass


class PersonErased(OfErasure):
    asked_by_id: str
    estate_ids: tuple[str, ...]


class ConsentTextPublished(Read, service="estates", key="text_id"):
    text_id: UUID
    purpose: str
    text_version: int
    text_zh: str
    text_en: str
    sha256_zh: str
    sha256_en: str


class OfConsent(Read, service="estates", key="consent_id"):
    consent_id: UUID
    person_id: str
    purpose: str
    channel: str


class ConsentGiven(OfConsent):
    text_version: int
    locale: str
    text_sha256: str


class ConsentWithdrawn(OfConsent):
    pass


class Disclosure(Read, service="estates", key="disclosure_id"):
    disclosure_id: UUID
    person_key: UUID
    person_id: str
    reason: SealedText


class PersonalFieldRevealed(Disclosure):
    field: str


class PersonalDataExported(Disclosure):
    estate_ids: tuple[str, ...]


OF_DISCLOSURES: Final = list(kinds(Disclosure))
OF_CONSENTS: Final = list(kinds(OfConsent))


class Allocation(BaseModel):
    bill_no: str
    begins_on: date
    amount_fen: int


class OfAccount(Read, service="estates", key="account_id"):
    account_id: UUID
    unit_id: str
    building_id: str


class FeeAccountOpened(OfAccount):
    pass


class OfMoney(OfAccount):
    amount_fen: int

    @property
    def yuan(self) -> str:
        return f"{self.amount_fen // 100}.{self.amount_fen % 100:02}"


class OfBill(OfMoney):
    bill_no: str
    period: str
    begins_on: date


class BillIssued(OfBill):
    pass


class BillWaived(OfBill):
    reason: str


class OfPayment(OfMoney):
    payment_no: str
    allocations: tuple[Allocation, ...]


class PaymentRecorded(OfPayment):
    pass


class PrepaymentAllocated(OfPayment):
    pass


class PaymentReversed(OfPayment):
    pass


class FeePeriodClosed(Read, service="estates", key="period_id"):
    period_id: UUID
    period: str
    begins_on: date


class BillsImported(Read, service="estates", key="import_id"):
    import_id: UUID
    issued: int
    unchanged: int
    refused: int
    issued_fen: int


OF_ACCOUNTS: Final = list(kinds(OfAccount))
OF_UNITS: Final = list(kinds(OfUnit))
OF_PEOPLE: Final = list(kinds(AboutPerson))
OF_ERASURES: Final = list(kinds(OfErasure))
OF_COMPANIES: Final = list(kinds(OfCompany))
