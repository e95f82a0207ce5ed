"""The registry: household, family (KK) and person apart; dated membership; surveys; registration; visits; imports."""

from households.models.household import DecileRecord, Family, FormerFamilyCard, Household
from households.models.imports import ImportConflict, ImportProgress, ImportRun, ImportSource
from households.models.person import Membership, Person
from households.models.registration import Registration
from households.models.survey import PersonAnswers, SurveyRound
from households.models.visit import Visit

__all__ = [
    "DecileRecord",
    "Family",
    "FormerFamilyCard",
    "Household",
    "ImportConflict",
    "ImportProgress",
    "ImportRun",
    "ImportSource",
    "Membership",
    "Person",
    "PersonAnswers",
    "Registration",
    "SurveyRound",
    "Visit",
]
