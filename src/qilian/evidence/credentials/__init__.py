"""Reports and decisions as W3C Verifiable Credentials: signed by who made them, checked by anyone without a phone call.

Issue: :func:`create_key`, :func:`sign_report`, :func:`sign_decision`, :func:`revoke`, :func:`issue_status_list`,
:func:`mark_of`. Check, off line: :func:`read_trust`, :func:`read_status_lists`, :func:`verify`.
"""

from qilian.evidence.credentials.context import CONTEXT_ADDRESS, context_bytes, context_digest
from qilian.evidence.credentials.dids import did_document, did_web_address, read_did_document
from qilian.evidence.credentials.errors import CredentialError, NotSigned
from qilian.evidence.credentials.keys import Algorithm, PublicKey, SigningKey, create_key, read_key
from qilian.evidence.credentials.mark import Mark, is_link_to, mark_of
from qilian.evidence.credentials.problems import Fault, Problem
from qilian.evidence.credentials.profile import Party, Topic, report_of
from qilian.evidence.credentials.signing import Issued, present, sign_decision, sign_report, sign_reports
from qilian.evidence.credentials.status_lists import StatusLists, read_status_lists
from qilian.evidence.credentials.status_register import (
    Purpose,
    StatusRegister,
    issue_status_list,
    read_register,
    reinstate,
    revoke,
    write_register,
)
from qilian.evidence.credentials.trust import Issuer, Role, Trust, read_trust, trusted
from qilian.evidence.credentials.vcdm import check_vcdm
from qilian.evidence.credentials.verification import Verification, verify

__all__ = [
    "CONTEXT_ADDRESS",
    "Algorithm",
    "CredentialError",
    "Fault",
    "Issued",
    "Issuer",
    "Mark",
    "NotSigned",
    "Party",
    "Problem",
    "PublicKey",
    "Purpose",
    "Role",
    "SigningKey",
    "StatusLists",
    "StatusRegister",
    "Topic",
    "Trust",
    "Verification",
    "check_vcdm",
    "context_bytes",
    "context_digest",
    "create_key",
    "did_document",
    "did_web_address",
    "is_link_to",
    "issue_status_list",
    "mark_of",
    "present",
    "read_did_document",
    "read_key",
    "read_register",
    "read_status_lists",
    "read_trust",
    "reinstate",
    "report_of",
    "revoke",
    "sign_decision",
    "sign_report",
    "sign_reports",
    "trusted",
    "verify",
    "write_register",
]
