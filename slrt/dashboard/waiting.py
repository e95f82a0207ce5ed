"""Which numbers are somebody's to do, whose, and in which order a home shows them. All are indicators."""

from slrt.accounts.roles import Permission as P

# What waits for whoever holds a permission, in the order it should be done.
WAITS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (P.COMPLAINT_TRIAGE, ("complaints_new",)),
    (P.COMPLAINT_CHECK, ("complaints_check", "referrals_info")),
    (P.REFERRAL_DRAFT, ("referrals_draft",)),
    (P.REFERRAL_REVIEW, ("referrals_review", "referrals_refused")),
    (P.REFERRAL_SIGN, ("referrals_sign",)),
    (P.REFERRAL_SEND, ("referrals_send",)),
    (P.REFERRAL_ANSWER, ("referrals_new", "referrals_work")),
    (P.COMPLAINT_TELL, ("complaints_tell",)),
    (P.COMPLAINT_ASSESS, ("complaints_visit",)),
    (P.REFERRAL_CONFIRM, ("referrals_confirm",)),
    (P.COMPLAINT_CLOSE, ("complaints_close",)),
    (P.REFERRAL_CLOSE, ("referrals_close",)),
    (P.REGISTRATION_VERIFY, ("registrations_yours", "registrations_field")),
    (P.REGISTRATION_PROPOSE, ("registrations_draft", "registrations_untold", "headless", "gone_from_extract")),
    (P.REGISTRATION_IDENTITY, ("registrations_identity",)),
    (P.REGISTRATION_MEETING, ("registrations_meeting",)),
    (P.REGISTRATION_ASSIGN, ("registrations_unassigned",)),
    (P.REGISTRATION_SUPERVISE, ("registrations_supervise",)),
    (P.REGISTRATION_OFFICE, ("registrations_office",)),
    (P.REGISTRATION_ENDORSE, ("registrations_endorse",)),
    (P.REGISTRATION_SEND, ("registrations_send",)),
    (P.REGISTRATION_RESULT, ("registrations_result",)),
    (P.REGISTRATION_EXIT, ("registrations_exit",)),
    (P.REGISTRATION_OBJECTION, ("objections_open",)),
    (P.REGISTRATION_OBJECT, ("objections_untold",)),
    (P.IMPORT_APPROVE, ("imports_apply",)),
    (P.IMPORT_RUN, ("imports_continue",)),
    (P.DUPLICATE_CONFIRM, ("merges_confirm",)),
    (P.DUPLICATE_DECIDE, ("duplicates_decide",)),
)
# What a supervising person sees besides: waiting anywhere in the area, whoever has to act.
OVERSIGHT = (
    *("complaints_new", "complaints_check", "complaints_visit", "complaints_tell", "complaints_close"),
    *("referrals_draft", "referrals_review", "referrals_sign", "referrals_send", "referrals_new", "referrals_work"),
    *("referrals_info", "referrals_confirm", "registrations_identity", "registrations_meeting", "registrations_field"),
    *("registrations_supervise", "registrations_office", "registrations_endorse", "registrations_send"),
)
LATE = ("complaints_late", "referrals_late", "referrals_refused", "decile1_nothing")
# Who has to act on what waits, for the supervisor's list.
ACTOR = {
    "complaints_new": P.COMPLAINT_TRIAGE,
    "complaints_check": P.COMPLAINT_CHECK,
    "complaints_visit": P.COMPLAINT_ASSESS,
    "complaints_tell": P.COMPLAINT_TELL,
    "complaints_close": P.COMPLAINT_CLOSE,
    "referrals_draft": P.REFERRAL_DRAFT,
    "referrals_review": P.REFERRAL_REVIEW,
    "referrals_sign": P.REFERRAL_SIGN,
    "referrals_send": P.REFERRAL_SEND,
    "referrals_new": P.REFERRAL_ANSWER,
    "referrals_work": P.REFERRAL_ANSWER,
    "referrals_info": P.REFERRAL_DRAFT,
    "referrals_confirm": P.REFERRAL_CONFIRM,
    "registrations_identity": P.REGISTRATION_IDENTITY,
    "registrations_meeting": P.REGISTRATION_MEETING,
    "registrations_field": P.REGISTRATION_VERIFY,
    "registrations_supervise": P.REGISTRATION_SUPERVISE,
    "registrations_office": P.REGISTRATION_OFFICE,
    "registrations_endorse": P.REGISTRATION_ENDORSE,
    "registrations_send": P.REGISTRATION_SEND,
}
